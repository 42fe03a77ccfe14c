// Owns client.workspaces: the tenants of an instance. Needs the admin key.
import type { Http } from './http.ts'
import { type List, list } from './list.ts'
import { path } from './path.ts'
import type { RequestOptions } from './request-options.ts'
import type { PageMeta, PageQuery, Workspace, WorkspaceCreate, WorkspaceUpdate } from './resources.generated.ts'

export class Workspaces {
  readonly #http: Http

  constructor(http: Http) {
    this.#http = http
  }

  create(workspace: WorkspaceCreate, options?: RequestOptions): Promise<Workspace> {
    return this.#http.request({ method: 'POST', path: '/workspaces', body: workspace }, options)
  }

  list(query?: PageQuery, options?: RequestOptions): List<Workspace, PageMeta> {
    return list(this.#http, '/workspaces', query, options)
  }

  async get(workspaceId: string, options?: RequestOptions): Promise<Workspace> {
    return this.#http.request({ method: 'GET', path: path`/workspaces/${workspaceId}` }, options)
  }

  async update(workspaceId: string, changes: WorkspaceUpdate, options?: RequestOptions): Promise<Workspace> {
    return this.#http.request({ method: 'PATCH', path: path`/workspaces/${workspaceId}`, body: changes }, options)
  }
}
