// Owns what a test receiver answers: a status, after a delay, and sometimes a failure by chance.
import type { TestReceiver } from '@getsupervisor/agents-studio-sdk'
import { type FormEvent, useState } from 'react'
import { useSharedWords } from '../../language/shared-words.ts'
import { Button, Buttons } from '../../ui/button.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { Card } from '../../ui/page.tsx'
import { ErrorWords, Notice } from '../../ui/states.tsx'
import { ANSWER_BOUNDS, type Answers, type AnswerTexts, answersOf, faultyAnswers, textsOf } from './answers.ts'
import { useReceiverChange } from './receiver-queries.ts'
import { useReceiverWords } from './receiver-words.ts'

const FIELDS = ['responseStatus', 'delayMs', 'failurePercent'] as const
/** What one wants to see of a sender most often. */
const PRESETS: readonly Answers[] = [
  { responseStatus: 200, delayMs: 0, failurePercent: 0 },
  { responseStatus: 500, delayMs: 0, failurePercent: 0 },
  { responseStatus: 401, delayMs: 0, failurePercent: 0 },
  { responseStatus: 200, delayMs: 20_000, failurePercent: 0 },
  { responseStatus: 200, delayMs: 0, failurePercent: 50 },
]

export function AnswersCard({ receiver }: { readonly receiver: TestReceiver }) {
  const say = useReceiverWords()
  const sayShared = useSharedWords()
  const [texts, setTexts] = useState<AnswerTexts>(() => textsOf(receiver))
  const faults = faultyAnswers(texts)
  const save = useReceiverChange((client, answers: Answers) => client.testReceivers.update(receiver.id, answers))
  const take = (answers: Answers) => {
    setTexts(textsOf(answers))
    save.mutate(answers)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (faults.length === 0) save.mutate(answersOf(texts))
  }
  return (
    <Card title={say('answers')}>
      <form onSubmit={submit} className="flex flex-col gap-4 p-4">
        <p className="text-sm text-muted">{say('answersText')}</p>
        <Buttons>
          {PRESETS.map((preset) => (
            <Button key={nameOf(preset)} onClick={() => take(preset)}>
              {say(nameOf(preset))}
            </Button>
          ))}
        </Buttons>
        {FIELDS.map((name) => {
          const [min, max] = ANSWER_BOUNDS[name]
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

function nameOf({ responseStatus, delayMs, failurePercent }: Answers) {
  if (failurePercent > 0) return 'presetChance'
  if (delayMs > 0) return 'presetSlow'
  return responseStatus === 200 ? 'presetWell' : responseStatus === 401 ? 'presetRefuses' : 'presetFails'
}
