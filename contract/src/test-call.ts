// Owns by what the call of a source's test is known. Apart from the schemas of sources, so that a thread of the storage does without the
// library of schemas.

/** With what its `call_id` begins; no provider's does. */
export const TEST_CALL_PREFIX = 'timbre-test-'
