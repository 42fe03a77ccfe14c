// Owns the groups of the official JSON Schema Test Suite that Timbre refuses by design, by name, with the reason and the keyword.
// Must never be imported by anything but tests.

/** What names places otherwise than by a JSON Pointer of the same document, or another meaning for words. */
export const REFUSED_GROUPS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'anchor.json': {
    'Location-independent identifier': 'keyword $anchor',
    'Location-independent identifier with absolute URI': 'keyword $id',
    'Location-independent identifier with base URI change in subschema': 'keyword $id',
    'same $anchor with different base uri': 'keyword $id',
  },
  'defs.json': {
    'validate definition against metaschema': 'reference $ref',
  },
  'dynamicRef.json': {
    'A $dynamicRef to a $dynamicAnchor in the same schema resource behaves like a normal $ref to an $anchor':
      'keyword $id',
    'A $dynamicRef to an $anchor in the same schema resource behaves like a normal $ref to an $anchor': 'keyword $id',
    'A $ref to a $dynamicAnchor in the same schema resource behaves like a normal $ref to an $anchor': 'keyword $id',
    'A $dynamicRef resolves to the first $dynamicAnchor still in scope that is encountered when the schema is evaluated':
      'keyword $id',
    'A $dynamicRef without anchor in fragment behaves identical to $ref': 'keyword $id',
    "A $dynamicRef with intermediate scopes that don't include a matching $dynamicAnchor does not affect dynamic scope resolution":
      'keyword $id',
    'An $anchor with the same name as a $dynamicAnchor is not used for dynamic scope resolution': 'keyword $id',
    'A $dynamicRef without a matching $dynamicAnchor in the same schema resource behaves like a normal $ref to $anchor':
      'keyword $id',
    'A $dynamicRef with a non-matching $dynamicAnchor in the same schema resource behaves like a normal $ref to $anchor':
      'keyword $id',
    'A $dynamicRef that initially resolves to a schema with a matching $dynamicAnchor resolves to the first $dynamicAnchor in the dynamic scope':
      'keyword $id',
    'A $dynamicRef that initially resolves to a schema without a matching $dynamicAnchor behaves like a normal $ref to $anchor':
      'keyword $id',
    'multiple dynamic paths to the $dynamicRef keyword': 'keyword $id',
    'after leaving a dynamic scope, it is not used by a $dynamicRef': 'keyword $id',
    'strict-tree schema, guards against misspelled properties': 'keyword $id',
    'tests for implementation dynamic anchor and reference link': 'keyword $id',
    '$ref and $dynamicAnchor are independent of order - $defs first': 'keyword $id',
    '$ref and $dynamicAnchor are independent of order - $ref first': 'keyword $id',
    '$ref to $dynamicRef finds detached $dynamicAnchor': 'reference $ref',
    '$dynamicRef points to a boolean schema': 'keyword $dynamicRef',
    '$dynamicRef skips over intermediate resources - direct reference': 'keyword $id',
    '$dynamicRef avoids the root of each schema, but scopes are still registered': 'keyword $id',
  },
  'ref.json': {
    'remote ref, containing refs itself': 'reference $ref',
    'Recursive references between schemas': 'keyword $id',
    'refs with relative uris and defs': 'keyword $id',
    'relative refs with absolute uris and defs': 'keyword $id',
    '$id must be resolved against nearest parent, not just immediate parent': 'keyword $id',
    'order of evaluation: $id and $ref': 'keyword $id',
    'order of evaluation: $id and $anchor and $ref': 'keyword $id',
    'order of evaluation: $id and $ref on nested schema': 'keyword $id',
    'simple URN base URI with $ref via the URN': 'keyword $id',
    'simple URN base URI with JSON pointer': 'keyword $id',
    'URN base URI with NSS': 'keyword $id',
    'URN base URI with r-component': 'keyword $id',
    'URN base URI with q-component': 'keyword $id',
    'URN base URI with URN and JSON pointer ref': 'keyword $id',
    'URN base URI with URN and anchor ref': 'keyword $id',
    'URN ref with nested pointer ref': 'keyword $id',
    'ref to if': 'keyword $id',
    'ref to then': 'keyword $id',
    'ref to else': 'keyword $id',
    'ref with absolute-path-reference': 'keyword $id',
    '$id with file URI still resolves pointers - *nix': 'keyword $id',
    '$id with file URI still resolves pointers - windows': 'keyword $id',
  },
  'refRemote.json': {
    'remote ref': 'reference $ref',
    'fragment within remote ref': 'reference $ref',
    'anchor within remote ref': 'reference $ref',
    'ref within remote ref': 'reference $ref',
    'base URI change': 'keyword $id',
    'base URI change - change folder': 'keyword $id',
    'base URI change - change folder in subschema': 'keyword $id',
    'root ref in remote ref': 'keyword $id',
    'remote ref with ref to defs': 'keyword $id',
    'Location-independent identifier in remote ref': 'reference $ref',
    'retrieved nested refs resolve relative to their URI not $id': 'keyword $id',
    'remote HTTP ref with different $id': 'reference $ref',
    'remote HTTP ref with different URN $id': 'reference $ref',
    'remote HTTP ref with nested absolute ref': 'reference $ref',
    '$ref to $ref finds detached $anchor': 'reference $ref',
  },
  'unevaluatedItems.json': {
    'unevaluatedItems with $dynamicRef': 'keyword $id',
  },
  'unevaluatedProperties.json': {
    'unevaluatedProperties with $dynamicRef': 'keyword $id',
  },
  'vocabulary.json': {
    'schema that uses custom metaschema with with no validation vocabulary': 'dialect $schema',
    'ignore unrecognized optional vocabulary': 'dialect $schema',
  },
}
