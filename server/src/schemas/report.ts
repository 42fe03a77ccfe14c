// Owns what a validation has found wrong, up to a bound.
import { FINDINGS_MAX, type Finding, shownPath } from './finding.ts'

export class Report {
  readonly #pointer: string
  readonly #findings: Finding[] = []

  /** @param pointer of the value that is validated, which begins every path */
  constructor(pointer: string) {
    this.#pointer = pointer
  }

  get findings(): readonly Finding[] {
    return this.#findings
  }

  get isFull(): boolean {
    return this.#findings.length >= FINDINGS_MAX
  }

  /** One for a branch, whose findings count only when no other branch fits. */
  branch(): Report {
    return new Report(this.#pointer)
  }

  add(finding: Finding): void {
    if (!this.isFull) this.#findings.push({ ...finding, path: shownPath(this.#pointer + finding.path) })
  }

  addAll({ findings }: Report): void {
    for (const finding of findings) if (!this.isFull) this.#findings.push(finding)
  }
}
