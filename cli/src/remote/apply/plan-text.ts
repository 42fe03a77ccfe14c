// Owns how a plan reads: a line for each thing that changes, below it what changes of it.
import { colours } from '../../frame/colours.ts'
import { brief } from '../../frame/output.ts'
import { idText } from '../present/words.ts'
import { type Change, type Difference, nameOf, type Plan } from './plan.ts'

export function planLines({ changes, left }: Plan): string[] {
  return [
    ...changes.flatMap(changeLines),
    ...(left.length === 0 ? [] : [colours.dim(`Not in the file, and left (--prune removes): ${left.join('; ')}.`)]),
  ]
}

function changeLines(change: Change): string[] {
  switch (change.kind) {
    case 'create-type':
      return [plus(`event type ${change.type.key}`)]
    case 'update-type':
      return [tilde(`event type ${change.type.key}`), ...change.differences.map(differenceLine)]
    case 'create-webhook': {
      const { name, url = '', events = [] } = change.wanted
      const fields = Object.entries(change.fields).filter(([field]) => field !== 'url')
      return [
        plus(`webhook ${name ?? url}${name === undefined ? '' : `  ${url}`}`),
        ...fields.map(([field, value]) => `    ${field}: ${valueText(value)}`),
        ...events.map((key) => `    ${colours.green('+')} ${key}`),
      ]
    }
    case 'update-webhook': {
      const { webhook } = change.present
      const name = change.wanted.name ?? nameOf(change.present) ?? webhook.url
      return [
        tilde(`webhook ${name}  ${colours.dim(idText('webhook', webhook.id))}`),
        ...change.differences.map(differenceLine),
        ...change.added.map((key) => `    ${colours.green('+')} ${key}`),
        ...change.removed.map(({ eventKey }) => `    ${colours.red('-')} ${eventKey}`),
      ]
    }
    case 'delete-webhook':
      return [
        minus(`webhook ${change.present.webhook.url}  ${colours.dim(idText('webhook', change.present.webhook.id))}`),
      ]
    case 'delete-type':
      return [minus(`event type ${change.key}`)]
  }
}

/** For programs: what is changed, and how. */
export function changeValue(change: Change): object {
  const { kind } = change
  switch (kind) {
    case 'create-type':
      return { kind, key: change.type.key }
    case 'update-type':
      return { kind, key: change.type.key, differences: change.differences }
    case 'create-webhook':
      return { kind, fields: change.fields, events: change.wanted.events ?? [] }
    case 'update-webhook': {
      const { present, differences, added, removed } = change
      return { kind, id: present.webhook.id, differences, added, removed: removed.map(({ eventKey }) => eventKey) }
    }
    case 'delete-webhook':
      return { kind, id: change.present.webhook.id, url: change.present.webhook.url }
    case 'delete-type':
      return { kind, key: change.key }
  }
}

export function countText(count: number): string {
  return count === 1 ? '1 change' : `${count} changes`
}

function differenceLine({ field, before, after }: Difference): string {
  return `    ${field}: ${valueText(before)} → ${valueText(after)}`
}

function valueText(value: unknown): string {
  return brief(typeof value === 'string' ? value : JSON.stringify(value), 200)
}

function plus(text: string): string {
  return `${colours.green('+')} ${text}`
}

function tilde(text: string): string {
  return `${colours.yellow('~')} ${text}`
}

function minus(text: string): string {
  return `${colours.red('-')} ${text}`
}
