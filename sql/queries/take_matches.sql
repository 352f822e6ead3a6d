-- Measures under the present words with what other proofs come to, for one question.
INSERT INTO measured BY NAME
SELECT measure.* REPLACE (
    $proposed_key::UBIGINT AS text_key,
    again.fit::DECIMAL(5, 4) AS fit,
    again.proof::INTEGER AS proof,
    again.capped::BOOLEAN AS capped,
    again.another_craft::BOOLEAN AS another_craft,
    again.scope AS scope,
    again.scope_score::DECIMAL(5, 4) AS scope_score,
    again.specificity::DECIMAL(5, 4) AS specificity
)
FROM measure
INNER JOIN read_csv($files::VARCHAR[], header = true, all_varchar = true, nullstr = '') AS again USING (listing_id)
WHERE measure.text_key = $present_key;
