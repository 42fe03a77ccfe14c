// Owns copying through the terminal (OSC 52, xterm's "Operating System Commands"): it works over SSH and in tmux, without a program.

/** What terminals take of base64: xterm and tmux stop at about 100,000. */
const BASE64_MAX = 74_994

/** What is written to the terminal so that a text is on the clipboard; undefined: it is too long. */
export function clipboardText(text: string): string | undefined {
  const base64 = Buffer.from(text, 'utf8').toString('base64')
  return base64.length > BASE64_MAX ? undefined : `\u001b]52;c;${base64}\u0007`
}
