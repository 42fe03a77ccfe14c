// Owns one validation: the verdict of a compiled schema over a value, within a budget, with what is wrong where.
import assert from 'node:assert/strict'
import type { CompiledSchema } from './compiled-schema.ts'
import type { Finding } from './finding.ts'
import { Report } from './report.ts'
import { Run } from './run.ts'
import { OutOfSteps, StepBudget } from './step-budget.ts'

export interface Verdict {
  /** Empty: the value is valid. */
  readonly findings: readonly Finding[]
  readonly steps: number
  /** It ended because the budget did. */
  readonly isCut: boolean
}

const TOO_MANY_STEPS = {
  en: 'takes too many steps to validate with this schema',
  es: 'necesita demasiados pasos para validarse con este esquema',
}

/**
 * Validates a value of JSON.
 * @param pointer of the value, which begins the path of every finding
 * @param stepsMax the same value, schema and bound have the same verdict everywhere
 */
export function validate(schema: CompiledSchema, value: unknown, pointer: string, stepsMax: number): Verdict {
  const budget = new StepBudget(stepsMax)
  const report = new Report(pointer)
  try {
    const isValid = new Run(budget).apply(schema.root, value)
    assert(typeof isValid === 'boolean', 'a check says true or false')
    // What is wrong is looked for once something is: right events pay for the verdict only.
    if (!isValid) new Run(budget, report).apply(schema.root, value)
    assert(isValid || report.findings.length > 0, 'what is not valid is told why')
    return { findings: report.findings, steps: budget.spent, isCut: false }
  } catch (error) {
    if (!(error instanceof OutOfSteps || isStackOverflow(error))) throw error
    const findings = report.findings.length > 0 ? report.findings : [{ path: pointer, ...TOO_MANY_STEPS }]
    return { findings, steps: stepsMax, isCut: true }
  }
}

/** The main thread has less stack than those which validate: it ends a run that they may finish. */
function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message === 'Maximum call stack size exceeded'
}
