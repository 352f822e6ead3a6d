-- Measures under the present words with other similarities, for one question: $places says for each proof, in the order of the names, where
-- its similarity comes from: the stored ones (1, 2, …) or those in the files (-1, -2, …).
INSERT INTO measured BY NAME
SELECT measure.* REPLACE (
    $proposed_key::UBIGINT AS text_key,
    list_transform(
        $places::INTEGER[], lambda place: CASE WHEN place > 0 THEN measure.similarities[place] ELSE again.similarities[-place] END
    ) AS similarities
)
FROM measure
LEFT JOIN (
    SELECT listing_id, similarities::DECIMAL(5, 4)[] AS similarities FROM read_csv($files::VARCHAR[], header = true, all_varchar = true)
) AS again USING (listing_id)
WHERE measure.text_key = $present_key AND ($all OR again.listing_id IS NOT NULL);
