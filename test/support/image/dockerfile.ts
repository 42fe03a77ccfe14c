// Owns reading the last stage of our Dockerfile: what it copies, sets and runs. Must never pass over an instruction
// that it does not know.
import { readFileSync } from 'node:fs'

export interface Copy {
  /** The stage it comes from; absent: the context. */
  readonly from: string | undefined
  readonly sources: readonly string[]
  readonly target: string
}

export interface Dockerfile {
  /** The image it stands on, `node:26.10.0-slim`. */
  readonly base: string
  readonly copies: readonly Copy[]
  readonly environment: Readonly<Record<string, string>>
  readonly user: string
  /** RUN in JSON form, which needs no shell: what the image's own programs do to it. The others make folders. */
  readonly runs: readonly (readonly string[])[]
  readonly healthCheck: readonly string[]
  /** ENTRYPOINT and CMD. */
  readonly command: readonly string[]
}

const WITHOUT_MEANING_HERE = ['LABEL', 'VOLUME', 'EXPOSE', 'STOPSIGNAL', 'RUN', 'WORKDIR']

/** Reads a Dockerfile of one instruction a line (`\` continues it), with commands in JSON form. */
export function readDockerfile(file: string): Dockerfile {
  const text = readFileSync(file, 'utf8').replaceAll(/\\\n\s*/g, ' ')
  const stage = text.slice(text.lastIndexOf('\nFROM ') + 1)
  const read = {
    base: '',
    user: 'root',
    copies: [] as Copy[],
    runs: [] as string[][],
    environment: {},
    healthCheck: [],
    entry: [],
    cmd: [],
  }
  for (const line of stage.split('\n').filter((line) => /^[^#\s]/.test(line))) {
    const [instruction = '', ...words] = line.split(/\s+/)
    const rest = words.join(' ')
    if (instruction === 'FROM') read.base = rest
    else if (instruction === 'COPY') read.copies.push(copyOf(words))
    else if (instruction === 'ENV') read.environment = Object.fromEntries(words.map((word) => word.split('=')))
    else if (instruction === 'USER') read.user = rest
    else if (instruction === 'RUN' && rest.startsWith('[')) read.runs.push(JSON.parse(rest))
    else if (instruction === 'HEALTHCHECK') read.healthCheck = JSON.parse(rest.slice(rest.indexOf('[')))
    else if (instruction === 'ENTRYPOINT') read.entry = JSON.parse(rest)
    else if (instruction === 'CMD') read.cmd = JSON.parse(rest)
    else if (!WITHOUT_MEANING_HERE.includes(instruction))
      throw new Error(`Dockerfile: ${instruction} is not known here.`)
  }
  return { ...read, command: [...read.entry, ...read.cmd] }
}

function copyOf(words: readonly string[]): Copy {
  const flags = words.filter((word) => word.startsWith('--'))
  const paths = words.filter((word) => !word.startsWith('--'))
  const from = flags.find((flag) => flag.startsWith('--from='))?.slice('--from='.length)
  return { from, sources: paths.slice(0, -1), target: paths.at(-1) ?? '' }
}
