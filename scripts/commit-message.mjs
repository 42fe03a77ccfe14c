// Checks one commit message, as .githooks/commit-msg hands it over: `scope: imperative subject`, a blank line, a body that says why.
// Plain JavaScript for the system's Node (18 or newer): a commit must not need what `npm ci` installs.
import { readFileSync } from 'node:fs'

const SUBJECT_CHARACTERS_MAX = 72
/** What git writes itself, or will be squashed. */
const FROM_GIT = /^(Merge |Revert "|fixup! |squash! |amend! )/
/** `engine`, `api, storage`, `cli/start`. */
const SCOPED = /^[a-z][a-z0-9/.-]*(?:, [a-z][a-z0-9/.-]*)*: \S/
/** First words that are no imperative: articles and their kin, `added`, `adding`, `adds`. */
const NO_VERB =
  /^(?:an?|the|this|these|one|two|no|some|more|less|all|new|(?!(?:need|feed|seed|embed|speed|exceed|proceed|shed)$).+ed|(?!bring$).{3,}ing|(?!.*(?:ss|us|as|is)$).{2,}s)$/
/** A trailer alone says nothing about why. */
const TRAILER = /^[A-Z][A-Za-z-]+-[Bb]y: /

/** @returns a sentence for each fault */
function faultsOf(message) {
  const [subject = '', second = '', ...rest] = message.split('\n')
  if (FROM_GIT.test(subject)) return []
  const faults = []
  if (subject.length > SUBJECT_CHARACTERS_MAX)
    faults.push(`The subject has ${subject.length} characters; ${SUBJECT_CHARACTERS_MAX} are allowed.`)
  if (!SCOPED.test(subject))
    faults.push('The subject does not begin with a scope: "engine: release what hangs at stop".')
  else if (
    NO_VERB.test(
      subject
        .replace(/^[^:]*: /, '')
        .split(' ')[0]
        .toLowerCase(),
    )
  )
    faults.push('After the scope comes an imperative: "add", not "added", "adds", "adding" or "a new".')
  if (subject.endsWith('.')) faults.push('The subject ends with a full stop.')
  if (second.trim() !== '') faults.push('The second line is not blank.')
  if (!rest.some((line) => line.trim() !== '' && !TRAILER.test(line))) faults.push('There is no body that says why.')
  return faults
}

/** As git will keep it: without comments, and without the diff of `git commit --verbose`. */
function kept(text) {
  const [message = ''] = text.split(/^# -+ >8 -+$/m)
  return message
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .trim()
}

const faults = faultsOf(kept(readFileSync(process.argv[2], 'utf8')))
if (faults.length > 0) {
  console.error(
    `${faults.join('\n')}\nThe message is still in ${process.argv[2]}. CONTRIBUTING.md says what it is for.`,
  )
  process.exitCode = 1
}
