-- What a language model was asked of jobs, and what it answered: a row a request, only ever added. `endpoint` is a hash of the address,
-- `purpose` whether a cycle asked, a command, or a file brought the answer; `shape` is how the endpoint took the question.
CREATE TABLE opinion (
    listing_id VARCHAR NOT NULL,
    opinion_key VARCHAR NOT NULL,
    model VARCHAR NOT NULL,
    prompt_version INTEGER NOT NULL,
    asked_at TIMESTAMPTZ NOT NULL,
    ms INTEGER NOT NULL,
    tokens INTEGER,
    state VARCHAR NOT NULL,
    why VARCHAR NOT NULL,
    answer JSON,
    purpose VARCHAR NOT NULL,
    shape VARCHAR NOT NULL,
    endpoint VARCHAR NOT NULL,
    key UBIGINT NOT NULL
);
