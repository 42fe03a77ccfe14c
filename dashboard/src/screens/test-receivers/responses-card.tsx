// Owns what a test receiver answers: a status, after a delay, and sometimes a failure by chance.
import type { TestReceiver } from '@getsupervisor/agents-studio-sdk'
import { type FormEvent, useState } from 'react'
import { useSharedWords } from '../../language/shared-words.ts'
import { Button, Buttons } from '../../ui/button.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { Card } from '../../ui/page.tsx'
import { ErrorWords, Notice } from '../../ui/states.tsx'
import { useReceiverChange } from './receiver-queries.ts'
import { useReceiverWords } from './receiver-words.ts'
import {
  faultyResponses,
  RESPONSE_BOUNDS,
  type Responses,
  type ResponseTexts,
  responsesOf,
  textsOf,
} from './responses.ts'

const FIELDS = ['responseStatus', 'delayMs', 'failurePercent'] as const
/** What one wants to see of a sender most often. */
const PRESETS: readonly Responses[] = [
  { responseStatus: 200, delayMs: 0, failurePercent: 0 },
  { responseStatus: 500, delayMs: 0, failurePercent: 0 },
  { responseStatus: 401, delayMs: 0, failurePercent: 0 },
  { responseStatus: 200, delayMs: 20_000, failurePercent: 0 },
  { responseStatus: 200, delayMs: 0, failurePercent: 50 },
]

export function ResponsesCard({ receiver }: { readonly receiver: TestReceiver }) {
  const say = useReceiverWords()
  const sayShared = useSharedWords()
  const [texts, setTexts] = useState<ResponseTexts>(() => textsOf(receiver))
  const faults = faultyResponses(texts)
  const save = useReceiverChange((client, responses: Responses) => client.testReceivers.update(receiver.id, responses))
  const take = (responses: Responses) => {
    setTexts(textsOf(responses))
    save.mutate(responses)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (faults.length === 0) save.mutate(responsesOf(texts))
  }
  return (
    <Card title={say('responses')}>
      <form onSubmit={submit} className="flex flex-col gap-4 p-4">
        <p className="text-sm text-muted">{say('responsesText')}</p>
        <Buttons>
          {PRESETS.map((preset) => (
            <Button key={nameOf(preset)} onClick={() => take(preset)}>
              {say(nameOf(preset))}
            </Button>
          ))}
        </Buttons>
        {FIELDS.map((name) => {
          const [min, max] = RESPONSE_BOUNDS[name]
          return (
            <Field
              key={name}
              label={say(name)}
              hint={say('between', { min, max })}
              error={faults.includes(name) ? say('between', { min, max }) : undefined}
            >
              <TextInput
                inputMode="numeric"
                value={texts[name]}
                onChange={(event) => setTexts({ ...texts, [name]: event.target.value })}
              />
            </Field>
          )
        })}
        {save.error !== null && (
          <Notice tone="fail">
            <ErrorWords error={save.error} />
          </Notice>
        )}
        <div>
          <Button kind="primary" type="submit" disabled={save.isPending}>
            {save.isSuccess && !save.isPending ? say('saved') : sayShared('save')}
          </Button>
        </div>
      </form>
    </Card>
  )
}

function nameOf({ responseStatus, delayMs, failurePercent }: Responses) {
  if (failurePercent > 0) return 'presetChance'
  if (delayMs > 0) return 'presetSlow'
  return responseStatus === 200 ? 'presetWell' : responseStatus === 401 ? 'presetRefuses' : 'presetFails'
}
