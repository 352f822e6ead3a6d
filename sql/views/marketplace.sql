-- The marketplace that holds a job: the platform, or the host of its link where the platform is only a format that many sites have.
CREATE OR REPLACE MACRO marketplace(platform, url) AS CASE
    WHEN platform IN ('generic', 'jsonfeed', 'wpjobmanager')
        THEN coalesce(nullif(regexp_extract(lower(url), '^[a-z][a-z0-9+.-]*://(?:[^/@]*@)?(?:www[.])?([^/:?#]+)', 1), ''), platform)
    ELSE platform
END;
