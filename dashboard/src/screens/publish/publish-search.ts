// Owns what the addresses of publishing and testing say: which type, which event to begin from, which webhook. Pure.

export interface PublishSearch {
  readonly type?: string
}

export interface TestSearch extends PublishSearch {
  readonly event?: string
  readonly webhook?: string
}

const LENGTH_MAX = 256

export function readPublishSearch(search: Readonly<Record<string, unknown>>): PublishSearch {
  return textsOf(search, ['type'])
}

export function readTestSearch(search: Readonly<Record<string, unknown>>): TestSearch {
  return textsOf(search, ['type', 'event', 'webhook'])
}

function textsOf<const N extends string>(
  search: Readonly<Record<string, unknown>>,
  names: readonly N[],
): { readonly [name in N]?: string } {
  const given = names.flatMap((name) => {
    const value = search[name]
    return typeof value === 'string' && value !== '' && value.length <= LENGTH_MAX ? [[name, value] as const] : []
  })
  return Object.fromEntries(given) as { [name in N]?: string } // of those names only
}
