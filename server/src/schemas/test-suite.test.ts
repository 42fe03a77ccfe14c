// The official JSON Schema Test Suite for draft 2020-12, where its data is: JSON_SCHEMA_TEST_SUITE, or beside the repository.
// Required groups, and the optional ones of what is supported.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Refusal } from '@timbre/contract/errors.ts'
import { describe, expect, test } from 'vitest'
import { REQUEST_STEPS_MAX } from './bounds.ts'
import { compileSchema } from './compile-schema.ts'
import { FORMATS } from './formats/formats.ts'
import type { JsonObject } from './keyword.ts'
import { REFUSED_GROUPS } from './testing/test-refused-groups.ts'
import { validate } from './validate.ts'

interface Group {
  readonly description: string
  readonly schema: JsonObject
  readonly tests: readonly { readonly description: string; readonly data: unknown; readonly valid: boolean }[]
}

const root = fileURLToPath(new URL('../../..', import.meta.url))
const suite = [
  process.env['JSON_SCHEMA_TEST_SUITE'] ?? '',
  join(root, '../shared/data/json-schema-test-suite'),
  join(root, '../../shared/data/json-schema-test-suite'),
].find((directory) => directory !== '' && existsSync(join(directory, 'tests/draft2020-12')))

if (suite === undefined)
  process.stdout.write(
    'Skipped: the JSON Schema Test Suite. Set JSON_SCHEMA_TEST_SUITE to a clone of https://github.com/json-schema-org/JSON-Schema-Test-Suite.\n',
  )

const tests = join(suite ?? '', 'tests/draft2020-12')
const filesIn = (folder: string) => readdirSync(join(tests, folder)).filter((file) => file.endsWith('.json'))
const groupsOf = (file: string): Group[] => JSON.parse(readFileSync(join(tests, file), 'utf8'))

describe.skipIf(suite === undefined)('the JSON Schema Test Suite', () => {
  const required = suite === undefined ? [] : filesIn('')

  test.each(required)('%s passes, but for what is refused by design', (file) => {
    const refused = REFUSED_GROUPS[file] ?? {}
    const groups = groupsOf(file)
    expect(groups.map(({ description }) => description)).toEqual(expect.arrayContaining(Object.keys(refused)))
    for (const group of groups) {
      const reason = refused[group.description]
      if (reason === undefined) expectVerdicts(group, file === 'format.json')
      else expect(refusalOf(group.schema), group.description).toBe(reason)
    }
  })

  test.each(suite === undefined ? [] : [...FORMATS.keys()])('the optional tests of the format %s pass', (format) => {
    for (const group of groupsOf(`optional/format/${format}.json`)) expectVerdicts(group)
  })

  const OPTIONAL = [
    'bignum',
    'dependencies-compatibility',
    'ecmascript-regex',
    'float-overflow',
    'no-schema',
    'non-bmp-regex',
  ]
  test.each(suite === undefined ? [] : OPTIONAL)('the optional tests of %s pass', (name) => {
    for (const group of groupsOf(`optional/${name}.json`)) expectVerdicts(group)
  })
})

/**
 * Whether every verdict is the suite's.
 * @param assertsFormats format.json says that formats are annotations unless somebody asks: here they assert
 */
function expectVerdicts(group: Group, assertsFormats = false): void {
  const schema = compileSchema(group.schema)
  const isKnown = FORMATS.has(String(group.schema['format']))
  for (const { description, data, valid } of group.tests) {
    const wanted = assertsFormats && isKnown && description.startsWith('invalid') ? false : valid
    const { findings } = validate(schema, data, '', REQUEST_STEPS_MAX)
    expect({ description, valid: findings.length === 0 }, group.description).toEqual({ description, valid: wanted })
  }
}

function refusalOf(schema: JsonObject): string {
  try {
    compileSchema(schema)
    return 'taken'
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const [finding] = error.details['findings'] as { path: string }[] // refused with a place
    return `${error.details['reason']} ${finding?.path.split('/').at(-1)}`
  }
}
