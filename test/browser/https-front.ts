// Owns two HTTPS origins for tests of the portal: a proxy before a Timbre, and somebody else's page that shows it in a frame.
// Must never be used for anything that listens beyond this machine.
import { request as httpRequest } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { makeCertificates } from '../support/certificates.ts'

export class HttpsFront {
  readonly #servers: readonly Server[]
  /** Where the proxy is reached: a name. */
  readonly timbreOrigin: string
  /** Where the other page is: an address, so that it is another site for the browser too. */
  readonly hostOrigin: string

  private constructor(servers: readonly [proxy: Server, host: Server]) {
    this.#servers = servers
    const [proxy, host] = servers.map((server) => (server.address() as AddressInfo).port) // TCP servers that listen have one
    this.timbreOrigin = `https://localhost:${proxy}`
    this.hostOrigin = `https://127.0.0.1:${host}`
  }

  /** @param addressOf the Timbre, asked at each request: it starts later, knowing both origins */
  static async start(addressOf: () => string): Promise<HttpsFront> {
    const certificates = await makeCertificates()
    const proxy = createServer(certificates, (incoming, outgoing) => {
      const { pathname, search } = new URL(incoming.url ?? '/', 'http://unused')
      const target = new URL(`${pathname}${search}`, addressOf())
      const { method, headers } = incoming
      const onward = httpRequest(target, { method: method ?? 'GET', headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      })
      onward.on('error', () => outgoing.destroy())
      incoming.pipe(onward)
    })
    const host = createServer(certificates, ({ url = '/' }, outgoing) => {
      const link = new URL(url, 'https://unused').searchParams.get('frame') ?? ''
      outgoing.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      const address = link.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
      outgoing.end(`<!doctype html><title>A shop</title><h1>A shop</h1>
        <iframe title="Webhooks" src="${address}" width="1000" height="700"></iframe>`)
    })
    for (const server of [proxy, host]) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    return new HttpsFront([proxy, host])
  }

  /** The other page with the link in its frame. */
  framed(link: string): string {
    return `${this.hostOrigin}/?frame=${encodeURIComponent(link)}`
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#servers.map((server) => {
        server.closeAllConnections()
        return new Promise((done) => server.close(done))
      }),
    )
  }
}
