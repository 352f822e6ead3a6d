-- How many of the listings that move had each criterion a part in.
SELECT
    count(*) FILTER (proposed.decision = 0 AND proposed.rules < present.rules) AS rules_entering,
    count(*) FILTER (present.decision = 0 AND proposed.rules > present.rules) AS rules_leaving,
    count(*) FILTER (proposed.decision = 0 AND proposed.proof < present.proof) AS proof_entering,
    count(*) FILTER (present.decision = 0 AND proposed.proof > present.proof) AS proof_leaving,
    count(*) FILTER (proposed.decision = 0 AND proposed.budget < present.budget) AS budget_entering,
    count(*) FILTER (present.decision = 0 AND proposed.budget > present.budget) AS budget_leaving,
    count(*) FILTER (proposed.decision = 0 AND proposed.client < present.client) AS client_entering,
    count(*) FILTER (present.decision = 0 AND proposed.client > present.client) AS client_leaving,
    count(*) FILTER (proposed.decision = 0 AND proposed.scope < present.scope) AS scope_entering,
    count(*) FILTER (present.decision = 0 AND proposed.scope > present.scope) AS scope_leaving,
    count(*) FILTER (proposed.decision = 0 AND proposed.first_step < present.first_step) AS first_step_entering,
    count(*) FILTER (present.decision = 0 AND proposed.first_step > present.first_step) AS first_step_leaving,
    count(*) FILTER (proposed.decision = 0 AND proposed.worth < present.worth) AS worth_entering,
    count(*) FILTER (present.decision = 0 AND proposed.worth > present.worth) AS worth_leaving,
    count(*) FILTER (proposed.decision = 0 AND proposed.opinion < present.opinion) AS opinion_entering,
    count(*) FILTER (present.decision = 0 AND proposed.opinion > present.opinion) AS opinion_leaving,
    count(*) FILTER (proposed.decision = 0 AND proposed.flags < present.flags) AS flags_entering,
    count(*) FILTER (present.decision = 0 AND proposed.flags > present.flags) AS flags_leaving,
    count(*) FILTER (proposed.decision = 0 AND proposed.minimum_score < present.minimum_score) AS minimum_score_entering,
    count(*) FILTER (present.decision = 0 AND proposed.minimum_score > present.minimum_score) AS minimum_score_leaving
FROM present JOIN proposed USING (listing_id)
WHERE (present.decision = 0) != (proposed.decision = 0);
