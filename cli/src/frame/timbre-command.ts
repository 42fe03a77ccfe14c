// Owns what all commands have in common: help with examples, errors that point to it, and ends that are exceptions.
import { Command } from 'commander'
import { colours } from './colours.ts'

export interface Example {
  /** As it is typed; a test runs every one. */
  readonly run: string
  /** What it does, if the line does not say it. */
  readonly says?: string
}

export class TimbreCommand extends Command {
  readonly examples: Example[] = []

  constructor(name?: string) {
    super(name)
    this.exitOverride()
    this.configureHelp({ styleTitle: (title) => colours.bold(title), styleCommandText: (text) => colours.cyan(text) })
    this.addHelpText('after', () => this.#exampleText())
  }

  override createCommand(name?: string): TimbreCommand {
    return new TimbreCommand(name)
  }

  override error(message: string, options?: Parameters<Command['error']>[1]): never {
    this.showHelpAfterError(`(${this.path} --help shows what there is)`)
    return super.error(message, options)
  }

  example(run: string, says?: string): this {
    this.examples.push(says === undefined ? { run } : { run, says })
    return this
  }

  /** As it is typed: `timbre deliveries show`. */
  get path(): string {
    return this.parent instanceof TimbreCommand ? `${this.parent.path} ${this.name()}` : this.name()
  }

  get subcommands(): readonly TimbreCommand[] {
    return this.commands.filter((one) => one instanceof TimbreCommand)
  }

  #exampleText(): string {
    if (this.examples.length === 0) return ''
    const lines = this.examples.flatMap(({ run, says }) => [
      ...(says === undefined ? [] : [`  ${colours.dim(`# ${says}`)}`]),
      `  ${run}`,
    ])
    return `\n${colours.bold(this.examples.length === 1 ? 'Example:' : 'Examples:')}\n${lines.join('\n')}`
  }
}
