// Owns what a schema may have in it, and what validating with it may take. Each is far above what honest schemas need.
// Must never depend on time: the same schema and data get the same verdict on every machine.

/** Of one schema; api/validation/reasons.ts says the same numbers in words. */
export const SCHEMA_BOUNDS = {
  /** Levels of JSON. */
  depth: 64,
  /** Schemas in the document, itself included. */
  subschemas: 1000,
  /** Values in all `enum`s and `const`s, members of objects and items of arrays included. */
  values: 5000,
  /** Different patterns, in `pattern` and `patternProperties`. */
  patterns: 100,
  /** Instructions of all patterns: `a{1,1000}` has 2,000. */
  instructions: 20_000,
  /** `\p{…}` in all patterns: reading one takes V8 a quarter of a millisecond. */
  propertyEscapes: 32,
} as const

/**
 * Steps of one request, whatever it publishes. A step is a schema, a keyword, a name, a few characters or one thread of a
 * pattern (docs/performance.md). A batch of 8 MiB of arrays of numbers takes some 5 million.
 */
export const REQUEST_STEPS_MAX = 10_000_000
/** Of one event, so that a batch can be put aside between two events while others have their turn. */
export const EVENT_STEPS_MAX = 2_000_000
/** Schemas that are being applied at once: 64 levels of data, and the references at each of them. */
export const NESTING_MAX = 1000
