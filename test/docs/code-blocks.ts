// Owns taking the code blocks out of a Markdown file.

export interface CodeBlock {
  readonly language: string
  readonly text: string
  /** 1-based line of the opening fence, for the name of the test. */
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
