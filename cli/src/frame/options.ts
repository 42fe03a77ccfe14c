// Owns how the values of options are read: each tells what is wrong with a value in a sentence.
import { readFileSync } from 'node:fs'
import { InvalidArgumentError } from 'commander'
import { CommandError } from './command-failure.ts'
import { timeFrom } from './times.ts'
import { now, stdinBytes } from './world.ts'

/** A time of `frame/times.ts`. */
export function timeOption(text: string): string {
  return timeFrom(text, now())
}

export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < min || value > max)
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
    return value
  }
}

/** For an option that may be there several times. */
export function repeated(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

/** `0,5,300` → [0, 5, 300]; `none` → null. */
export function secondsOption(text: string): number[] | null {
  if (text === 'none') return null
  const seconds = text.split(',').map(Number)
  if (text === '' || seconds.some((value) => !Number.isFinite(value) || value < 0))
    throw new InvalidArgumentError('It must be seconds, separated by commas, or none.')
  return seconds
}

/** `X-Tenant: 7` → ['X-Tenant', '7']. */
export function headersOption(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf(':')
      if (at < 1) throw new CommandError(`The header ${JSON.stringify(text)} has no colon. Write "Name: value".`)
      return [text.slice(0, at).trim(), text.slice(at + 1).trim()]
    }),
  )
}

/** The bytes of a file; `-` is standard input. */
export async function fileBytes(file: string): Promise<Buffer> {
  if (file === '-') return stdinBytes()
  try {
    return readFileSync(file)
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : ''
    const why =
      reason === 'ENOENT'
        ? 'There is no file'
        : reason === 'EISDIR'
          ? 'It is a folder'
          : `It cannot be read (${reason})`
    throw new CommandError(`${why}: ${file}`)
  }
}

/** The JSON object or list in a file. */
export async function jsonFile(file: string): Promise<unknown> {
  const text = (await fileBytes(file)).toString('utf8')
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new CommandError(`${file} is no JSON: ${error instanceof Error ? error.message : error}`)
  }
}
