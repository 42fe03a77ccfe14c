// Owns planting one mutant: hooks into the loading of modules and changes one file on its way. To be preloaded with
// `--import`, before anything of the server; MUTANT names which one. Must never be loaded by anything else.
import assert from 'node:assert/strict'
import { registerHooks } from 'node:module'
import { MUTANTS } from './mutants.ts'

const mutant = MUTANTS.find(({ name }) => name === process.env['MUTANT'])
assert(mutant !== undefined, `there is no mutant "${process.env['MUTANT']}"`)
const { file, find, replace, name } = mutant

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (!url.endsWith(`/server/src/${file}`)) return loaded
    const source = String(loaded.source)
    assert.equal(source.split(find).length, 2, `The mutant "${name}" does not fit ${file} any more.`)
    return { ...loaded, source: source.replace(find, () => replace) }
  },
})
