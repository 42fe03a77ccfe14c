// Owns how a report of a webhook's health is said: the sentences of the API and of `webhook.failing`, in both languages. Pure.
import { CAUSE_WORDS } from './failure-cause.ts'
import type { HealthReport, WebhookChangeNote } from './health-report.ts'
import type { HealthLanguage, Words } from './words.ts'

/** All of it in a few sentences: the state, what fails most and since which change, what to do. */
export function healthSummary(report: HealthReport, language: HealthLanguage): string {
  const sentences = [stateWords(report), countWords(report), ...causeWords(report)]
  return sentences
    .filter((words) => words !== undefined)
    .map((words) => words[language])
    .join(' ')
}

/** What was changed, and when. */
export function changeWords({ action, changedFields, createdAt }: WebhookChangeNote): Words {
  const at = time(createdAt)
  if (action === 'webhook.created')
    return {
      en: `No attempt has succeeded since the webhook was created at ${at}.`,
      es: `Ningún intento ha tenido éxito desde que se creó el webhook el ${at}.`,
    }
  if (action === 'webhook.secret_rotated')
    return {
      en: `It began after the secret was rotated at ${at}.`,
      es: `Empezó después de rotar el secreto el ${at}.`,
    }
  if (changedFields.length === 1 && changedFields[0] === 'isActive')
    return {
      en: `It began after the webhook was enabled or disabled at ${at}.`,
      es: `Empezó después de activar o desactivar el webhook el ${at}.`,
    }
  const fields = changedFields.join(', ')
  return {
    en: `It began after a change of ${fields} at ${at}.`,
    es: `Empezó después de cambiar ${fields} el ${at}.`,
  }
}

function stateWords({ state, disabledReason, failingSince }: HealthReport): Words | undefined {
  switch (state) {
    case 'disabled':
      return DISABLED[disabledReason ?? 'person']
    case 'failing':
      return {
        en: `No attempt has succeeded since ${time(failingSince ?? 0)}.`,
        es: `Ningún intento ha tenido éxito desde el ${time(failingSince ?? 0)}.`,
      }
    case 'idle':
      return {
        en: 'Nothing was sent in this time. Check that it has subscriptions to what is published.',
        es: 'No se envió nada en este tiempo. Comprueba que tenga suscripciones a lo que se publica.',
      }
    case 'healthy':
      return undefined
  }
}

const DISABLED: Readonly<Record<'gone' | 'failing' | 'person', Words>> = {
  gone: {
    en: 'It is disabled, because the receiver answered 410. Set isActive to true to use it again.',
    es: 'Está desactivado, porque el receptor respondió 410. Pon isActive en true para volver a usarlo.',
  },
  failing: {
    en: 'It is disabled, because it failed for too long. Mend the receiver, set isActive to true, and replay what it missed.',
    es: 'Está desactivado, porque falló demasiado tiempo. Arregla el receptor, pon isActive en true y reenvía lo que se perdió.',
  },
  person: {
    en: 'It is not active: nothing is sent. Set isActive to true to use it.',
    es: 'No está activo: no se envía nada. Pon isActive en true para usarlo.',
  },
}

function countWords({ attempts, failures, since }: HealthReport): Words | undefined {
  if (attempts === 0) return undefined
  return {
    en: `${failures} of ${attempts} attempts since ${time(since)} failed.`,
    es: `${failures} de ${attempts} intentos desde el ${time(since)} fallaron.`,
  }
}

/** Of the most frequent; what else there is stands in the list of causes. */
function causeWords({ causes, change, state }: HealthReport): (Words | undefined)[] {
  const [most] = causes
  if (most === undefined) return []
  const { message, advice } = CAUSE_WORDS[most.cause]
  const also = causes.length - 1
  const times: Words = { en: `(${most.count} times)`, es: `(${most.count} veces)` }
  return [
    { en: `${withoutStop(message.en)} ${times.en}.`, es: `${withoutStop(message.es)} ${times.es}.` },
    also === 0
      ? undefined
      : {
          en: `There ${also === 1 ? 'is one other cause' : `are ${also} other causes`}.`,
          es: `Hay ${also === 1 ? 'otra causa' : `otras ${also} causas`}.`,
        },
    change === null ? undefined : changeWords(change),
    state === 'healthy' ? undefined : advice,
  ]
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '')
}

/** To the second: a calendar and no clock. */
function time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
