// Owns lists: a page with its next one, and the walk over all items of all pages.
import type { Http } from './http.ts'
import type { RequestOptions } from './request-options.ts'
import type { HistoryMeta, PageMeta } from './resources.generated.ts'

/** One page of a list. Iterating it goes on through the pages after it. */
export class Page<T, M extends PageMeta | HistoryMeta> implements AsyncIterable<T> {
  readonly data: readonly T[]
  readonly meta: M
  readonly #following: () => List<T, M> | undefined

  constructor(data: readonly T[], meta: M, following: () => List<T, M> | undefined) {
    this.data = data
    this.meta = meta
    this.#following = following
  }

  /** The page after this one, or `undefined` after the last. */
  async next(): Promise<Page<T, M> | undefined> {
    return this.#following()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (let page: Page<T, M> | undefined = this; page !== undefined; page = await page.next()) yield* page.data
  }
}

/**
 * A list that is asked for: `await` gives its first page, `for await` gives every item of every page.
 * Nothing is sent before one of the two; the first page is asked for once.
 */
export class List<T, M extends PageMeta | HistoryMeta> implements PromiseLike<Page<T, M>>, AsyncIterable<T> {
  readonly #load: () => Promise<Page<T, M>>
  #first: Promise<Page<T, M>> | undefined

  constructor(load: () => Promise<Page<T, M>>) {
    this.#load = load
  }

  // biome-ignore lint/suspicious/noThenProperty: being awaited is what this class is for
  then<A = Page<T, M>, B = never>(
    onPage?: ((page: Page<T, M>) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#page().then(onPage, onError)
  }

  catch<B = never>(onError?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<Page<T, M> | B> {
    return this.#page().catch(onError)
  }

  finally(onEnd?: (() => void) | null): Promise<Page<T, M>> {
    return this.#page().finally(onEnd)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    yield* await this.#page()
  }

  #page(): Promise<Page<T, M>> {
    this.#first ??= this.#load()
    return this.#first
  }
}

/** A list at a path; `query` says where it begins and stays the same for its other pages. */
export function list<T, M extends PageMeta | HistoryMeta>(
  http: Http,
  path: string,
  query: object = {},
  options: RequestOptions = {},
): List<T, M> {
  return new List(async () => {
    const { data, meta } = await http.request<{ data: T[]; meta: M }>({ method: 'GET', path, query }, options)
    return new Page(data, meta, () => {
      const position = nextPosition(meta)
      return position && list(http, path, { ...query, ...position }, options)
    })
  })
}

function nextPosition(meta: PageMeta | HistoryMeta): { page: number } | { after: string } | undefined {
  if (!meta.hasNext) return undefined
  if ('page' in meta) return { page: meta.page + 1 }
  return meta.nextCursor === null ? undefined : { after: meta.nextCursor }
}
