// Owns taking the code blocks out of a Markdown file, and which of them are one program.

export interface CodeBlock {
  readonly language: string
  readonly text: string
  /** 1-based line of the opening fence, for the name of the test. */
  readonly line: number
}

/** What a page says to run, and what it says will be printed: the `text` block behind it, or nothing. */
export interface Step {
  readonly text: string
  readonly output: string
  readonly line: number
}

/** The fenced blocks of a Markdown text, in order. */
export function codeBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = []
  for (const match of markdown.matchAll(/^```(\w+)[^\n]*\n([\s\S]*?)^```$/gm)) {
    const line = markdown.slice(0, match.index).split('\n').length
    blocks.push({ language: match[1] ?? '', text: match[2] ?? '', line })
  }
  return blocks
}

/** The blocks in one language, each with what it prints. */
export function stepsIn(markdown: string, language: string): Step[] {
  const blocks = codeBlocks(markdown)
  return blocks.flatMap((block, nth) => {
    if (block.language !== language) return []
    const next = blocks[nth + 1]
    return [{ text: block.text, output: next?.language === 'text' ? next.text : '', line: block.line }]
  })
}

/** The programs in TypeScript: a block that imports nothing goes on where the one before it ended. */
export function programsIn(markdown: string): Step[] {
  const programs: Step[] = []
  for (const step of stepsIn(markdown, 'ts')) {
    const before = programs.at(-1)
    if (before === undefined || /^import /m.test(step.text)) programs.push(step)
    else programs.splice(-1, 1, { ...before, text: before.text + step.text, output: before.output + step.output })
  }
  return programs
}

/** What differs from run to run, as words: ids, times, keys and durations. */
export function withoutChance(output: string): string {
  return output
    .replaceAll(/\bevt_\w+/g, 'EVENT')
    .replaceAll(/\b(ws|wh|sub|dlv|rpl|key)_[0-9A-Z]{26}\b/g, '$1')
    .replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'UUID')
    .replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME')
    .replaceAll(/\bsk_(live|admin)_[0-9a-f]+/g, 'sk_$1')
    .replaceAll(/\bwhsec_[\w+/=]+/g, 'SECRET')
    .replaceAll(/\b[\d.]+ ms\b/g, 'N ms')
}

/** Lines of several programs that print at once come in any order. */
export function linesOf(output: string): string[] {
  return withoutChance(output)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .toSorted()
}
