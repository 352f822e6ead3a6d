-- What each job measured under $text_key would get under these thresholds: per criterion 0 = in its favour, 1 = for review, 2 = against it,
-- and the decision as the worst of them. The same rules as goldmine_ingest/criteria/, over whole columns; a test holds the two equal.
-- Money and shares are compared exactly. `close` marks what a rounding could turn, for the judge itself to decide.
-- `opined` holds what a model said of a listing, where it said anything under the question that counts.
WITH pooled AS (
    FROM measure WHERE text_key = $text_key AND ($since::TIMESTAMPTZ IS NULL OR first_seen_at >= $since::TIMESTAMPTZ)
    UNION ALL
    FROM measured WHERE text_key = $text_key AND ($since::TIMESTAMPTZ IS NULL OR first_seen_at >= $since::TIMESTAMPTZ)
),
floored AS (
    SELECT
        *,
        CASE
            WHEN NOT $proof_on THEN NULL
            WHEN fit IS NULL OR fit < $proof_minimum::DECIMAL(9, 6) OR another_craft THEN 'fail'
            WHEN fit >= $proof_sure::DECIMAL(9, 6) AND NOT capped THEN 'pass'
            ELSE 'unknown'
        END AS proof_verdict,
        coalesce(fit * coalesce(($wants::DECIMAL(7, 6)[])[proof], 1), 0)::DECIMAL(5, 4) AS proof_score,
        CASE WHEN proof_verdict != 'fail' THEN proof END AS shown,
        coalesce(($own_fixed::DECIMAL(18, 4)[])[shown], $fixed_minimum::DECIMAL(18, 4)) AS fixed_floor,
        coalesce(($own_hourly::DECIMAL(18, 4)[])[shown], $hourly_minimum::DECIMAL(18, 4)) AS hourly_floor,
        CASE CASE WHEN hourly THEN $hourly_bound ELSE $fixed_bound END
            WHEN 'low' THEN 2 * coalesce(low, high)
            WHEN 'high' THEN 2 * coalesce(high, low)
            ELSE coalesce(low, high) + coalesce(high, low)
        END AS twice,
        (coalesce(low, high)::DOUBLE + coalesce(high, low)) / 2 * CASE WHEN hourly THEN hours ELSE 1 END AS job_value,
        $hours_per_proposal::DOUBLE * $hourly_value::DOUBLE + coalesce(connects, $typical_connects) * $connect_price::DOUBLE * dollar AS cost,
        CASE
            WHEN NOT $opinion_on THEN NULL
            WHEN said IS NULL THEN 'unknown'
            WHEN said < $opinion_fail::INTEGER THEN 'fail'
            WHEN said >= $opinion_pass::INTEGER AND may_pass THEN 'pass'
            ELSE 'unknown'
        END AS opinion_verdict,
        $settles AND opinion_verdict = 'pass' AS settled
    FROM pooled LEFT JOIN opined USING (listing_id)
),
weighed AS (
    SELECT
        *,
        CASE WHEN hourly THEN hourly_floor ELSE fixed_floor END AS floor,
        NOT hourly AND effort > 0 AND twice < 2 * hourly_floor * effort AS too_much_work,
        $win_rate::DOUBLE * job_value - cost AS worth_value,
        [
            CASE WHEN $payment_verified THEN CASE WHEN payment_verified THEN 1.0::DOUBLE WHEN NOT payment_verified THEN 0 END END,
            CASE WHEN $spent_minimum::DECIMAL(18, 4) <= 0 AND spent IS NOT NULL THEN 1 ELSE spent::DOUBLE / $spent_minimum::DOUBLE / 2 END,
            CASE WHEN $hire_rate_minimum::DECIMAL(9, 6) <= 0 AND hire_rate IS NOT NULL THEN 1 ELSE hire_rate::DOUBLE / $hire_rate_minimum::DOUBLE / 2 END,
            CASE WHEN $rating_minimum::DECIMAL(9, 4) <= 0 AND rating IS NOT NULL THEN 1 ELSE rating::DOUBLE / $rating_minimum::DOUBLE / 2 END
        ] AS client_facts,
        coalesce($payment_verified AND NOT payment_verified, false)
        OR coalesce(spent < $spent_minimum::DECIMAL(18, 4), false)
        OR coalesce(hire_rate < $hire_rate_minimum::DECIMAL(9, 6), false)
        OR coalesce(rating < $rating_minimum::DECIMAL(9, 4), false) AS client_fails
    FROM floored
),
told AS (
    SELECT
        *,
        CASE
            WHEN NOT $budget_on THEN NULL
            WHEN NOT pay_known THEN 'unknown'
            WHEN floor IS NULL OR twice IS NULL THEN 'pass'
            WHEN twice < 2 * floor OR coalesce(too_much_work, false) THEN 'fail'
            ELSE 'pass'
        END AS budget_verdict,
        CASE
            WHEN NOT $client_on THEN NULL
            WHEN client_fails THEN 'fail'
            WHEN list_count(client_facts) > 0 THEN 'pass'
            ELSE 'unknown'
        END AS client_verdict,
        CASE
            WHEN specificity >= $minimum_specificity::DECIMAL(9, 6) OR silent THEN 'pass'
            ELSE 'unknown'
        END AS first_step_verdict,
        CASE
            WHEN NOT $worth_on THEN NULL
            WHEN proposals > $maximum_proposals::INTEGER THEN 'fail'
            WHEN NOT pay_known OR job_value IS NULL OR cost IS NULL THEN 'unknown'
            WHEN worth_value < $minimum_value::DOUBLE THEN 'fail'
            ELSE 'pass'
        END AS worth_verdict
    FROM weighed
),
scored AS (
    SELECT
        *,
        CASE WHEN $minimum_score::DOUBLE > 0 THEN [
            CASE WHEN rules = 'pass' THEN $weight_rules::DOUBLE * 1 WHEN rules = 'fail' THEN 0 END,
            CASE WHEN proof_verdict IS NOT NULL THEN $weight_proof::DOUBLE * proof_score END,
            CASE budget_verdict WHEN 'unknown' THEN NULL WHEN 'pass' THEN $weight_budget::DOUBLE * CASE
                    WHEN floor IS NULL OR twice IS NULL OR floor <= 0 THEN 1 ELSE least(1, twice::DOUBLE / floor / 4) END
                WHEN 'fail' THEN $weight_budget::DOUBLE * CASE
                    WHEN twice < 2 * floor THEN greatest(0, least(1, twice::DOUBLE / floor / 4))
                    ELSE greatest(0, least(1, twice::DOUBLE / effort / hourly_floor / 4)) END END,
            CASE WHEN client_verdict IN ('pass', 'fail')
                THEN $weight_client::DOUBLE * list_avg(list_transform(list_filter(client_facts, lambda f: f IS NOT NULL), lambda f: greatest(0, least(1, f)))) END,
            CASE WHEN scope != 'unknown' THEN $weight_scope::DOUBLE * scope_score END,
            CASE WHEN first_step_verdict != 'unknown' THEN $weight_first_step::DOUBLE * specificity END,
            CASE WHEN worth_verdict IN ('pass', 'fail') THEN $weight_worth::DOUBLE * CASE
                WHEN proposals > $maximum_proposals::INTEGER THEN 0
                WHEN cost <= 0 OR job_value * $win_rate::DOUBLE <= 0
                    THEN CASE WHEN job_value * $win_rate::DOUBLE >= 0 AND cost <= 0 THEN 1 ELSE 0 END
                ELSE job_value * $win_rate::DOUBLE / (job_value * $win_rate::DOUBLE + cost) END END,
            CASE WHEN opinion_verdict IN ('pass', 'fail') THEN $weight_opinion::DOUBLE * said / 100 END
        ] END AS parts,
        CASE WHEN $minimum_score::DOUBLE > 0 THEN [
            CASE WHEN rules IN ('pass', 'fail') THEN $weight_rules::DOUBLE END,
            CASE WHEN proof_verdict IS NOT NULL THEN $weight_proof::DOUBLE END,
            CASE WHEN budget_verdict IN ('pass', 'fail') THEN $weight_budget::DOUBLE END,
            CASE WHEN client_verdict IN ('pass', 'fail') THEN $weight_client::DOUBLE END,
            CASE WHEN scope != 'unknown' THEN $weight_scope::DOUBLE END,
            CASE WHEN first_step_verdict != 'unknown' THEN $weight_first_step::DOUBLE END,
            CASE WHEN worth_verdict IN ('pass', 'fail') THEN $weight_worth::DOUBLE END,
            CASE WHEN opinion_verdict IN ('pass', 'fail') THEN $weight_opinion::DOUBLE END
        ] END AS weights
    FROM told
),
decided AS (
    SELECT
        listing_id,
        first_seen_at,
        CASE rules WHEN 'fail' THEN $fail_rules WHEN 'unknown' THEN $unknown_rules ELSE 0 END AS on_rules,
        CASE proof_verdict WHEN 'fail' THEN $fail_proof WHEN 'unknown' THEN CASE WHEN settled THEN 0 ELSE $unknown_proof END ELSE 0 END AS on_proof,
        CASE budget_verdict WHEN 'fail' THEN $fail_budget WHEN 'unknown' THEN $unknown_budget ELSE 0 END AS on_budget,
        CASE client_verdict WHEN 'fail' THEN $fail_client WHEN 'unknown' THEN $unknown_client ELSE 0 END AS on_client,
        CASE scope WHEN 'fail' THEN $fail_scope WHEN 'unknown' THEN $unknown_scope ELSE 0 END AS on_scope,
        CASE first_step_verdict WHEN 'fail' THEN $fail_first_step WHEN 'unknown' THEN $unknown_first_step ELSE 0 END AS on_first_step,
        CASE worth_verdict WHEN 'fail' THEN $fail_worth WHEN 'unknown' THEN $unknown_worth ELSE 0 END AS on_worth,
        CASE opinion_verdict WHEN 'fail' THEN $fail_opinion WHEN 'unknown' THEN $unknown_opinion ELSE 0 END AS on_opinion,
        CASE WHEN flags & $flags_fail::INTEGER != 0 THEN 2 WHEN flags & $flags_review::INTEGER != 0 THEN 1 ELSE 0 END AS on_flags,
        greatest(on_rules, on_proof, on_budget, on_client, on_scope, on_first_step, on_worth, on_opinion, on_flags) AS worst,
        CASE WHEN $minimum_score::DOUBLE > 0
            THEN 100 * list_sum(parts) / nullif(list_sum(weights), 0) END AS score,
        coalesce(worth_verdict IN ('pass', 'fail') AND abs(worth_value - $minimum_value::DOUBLE) < 0.02 + 1e-9 * abs(job_value), false)
        AS worth_is_close,
        $opinion_on AND state IS NULL AND rules IS DISTINCT FROM 'fail' AND budget_verdict IS DISTINCT FROM 'fail' AND client_verdict IS DISTINCT FROM 'fail'
        AND coalesce(fit >= $ask_from::DECIMAL(9, 6), false) AND (proof_verdict != 'fail' OR $ask_under) AS never_asked
    FROM scored
)
SELECT
    listing_id,
    first_seen_at,
    on_rules::UTINYINT AS rules,
    on_proof::UTINYINT AS proof,
    on_budget::UTINYINT AS budget,
    on_client::UTINYINT AS client,
    on_scope::UTINYINT AS scope,
    on_first_step::UTINYINT AS first_step,
    on_worth::UTINYINT AS worth,
    on_opinion::UTINYINT AS opinion,
    on_flags::UTINYINT AS flags,
    (worst = 0 AND $minimum_score::DOUBLE > 0 AND coalesce(score, 0) < $minimum_score::DOUBLE)::UTINYINT AS minimum_score,
    greatest(worst, minimum_score)::UTINYINT AS decision,
    worth_is_close OR (worst = 0 AND $minimum_score::DOUBLE > 0 AND abs(coalesce(score, 0) - $minimum_score::DOUBLE) < 0.02) AS close,
    coalesce(never_asked, false) AS never_asked
FROM decided;
