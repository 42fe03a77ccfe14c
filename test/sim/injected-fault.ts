// Owns the error that the simulated disk reports. Whatever else the engine reports is a fault of the engine.

export class InjectedFault extends Error {
  constructor(sentence: string) {
    super(sentence)
    this.name = 'InjectedFault'
  }
}
