-- What the work of a window asks for: as a whole ('all'), by each reason why clients pay ('job'), each of the user's tasks ('task') and what
-- each proof matched by declared and shown exposure ('exposure': name is the proof). Only listings that were looked through. A pursuit is
-- decided when it was answered or is older than $ignored_before.
WITH begun AS (
    SELECT
        listing_id,
        min(at_time) AS begun_at,
        bool_or(stage IN ('replied', 'interviewed', 'hired')) AS replied,
        bool_or(stage = 'declined') AS declined,
        bool_or(stage = 'withdrawn') AS withdrawn
    FROM pursuits
    WHERE stage <> 'skipped'
    GROUP BY listing_id
), work AS (
    SELECT
        d.listing_id,
        d.signals,
        d.proof,
        d.proof_exposure,
        d.exposure,
        CASE WHEN l.pay = 'fixed' THEN coalesce(l.budget_max_base, l.budget_min_base) END AS fixed,
        CASE WHEN l.pay = 'hourly' THEN coalesce(l.budget_max_base, l.budget_min_base) END AS hourly,
        coalesce(l.proposals_min, l.proposals_max) AS proposals,
        coalesce(begun.replied, false) AS replied,
        coalesce(
            begun.replied OR begun.declined OR (begun.begun_at <= $ignored_before::TIMESTAMPTZ AND NOT begun.withdrawn),
            false
        ) AS decided
    FROM decision_newest AS d
    JOIN listing AS l USING (listing_id)
    ANTI JOIN pasted USING (listing_id)
    LEFT JOIN begun USING (listing_id)
    WHERE l.first_seen_at >= $since AND l.first_seen_at < $until AND l.repost_of IS NULL AND d.signals IS NOT NULL
), named AS (
    SELECT
        *,
        unnest(list_concat(
            [struct_pack("by" := 'all', name := '', declared := NULL::VARCHAR, shown := NULL::VARCHAR)],
            list_transform(
                list_filter(signals, lambda s: starts_with(s.kind, 'job.') OR starts_with(s.kind, 'task.')),
                lambda s: struct_pack("by" := split_part(s.kind, '.', 1), name := s.name, declared := NULL::VARCHAR, shown := NULL::VARCHAR)
            ),
            CASE WHEN proof IS NOT NULL AND exposure IS NOT NULL
                THEN [struct_pack("by" := 'exposure', name := proof, declared := proof_exposure, shown := exposure)]
                ELSE [] END
        )) AS part
    FROM work
)
SELECT
    part."by" AS grouped_by,
    part.name AS name,
    part.declared AS declared,
    part.shown AS shown,
    count(*) AS listings,
    median(fixed) AS median_fixed,
    median(hourly) AS median_hourly,
    median(proposals) AS median_proposals,
    count(*) FILTER (decided) AS decided,
    count(*) FILTER (decided AND replied) AS replied
FROM named
GROUP BY ALL
ORDER BY grouped_by, listings DESC, name, declared, shown;
