// Owns what the framework compiles of the schemas of routes: a response becomes text by the schema of its route, compiled when the first
// is sent (all at the start take a fifth of it, for routes most of which a server is never asked for). Requests are validated elsewhere.
import { type RouteDefinition, type SerializerFactory, SerializerSelector } from '@fastify/fast-json-stringify-compiler'

/** For `schemaController.compilersFactory` of the framework. */
export const schemaCompilers = {
  buildSerializer: (...[externalSchemas, options]: Parameters<SerializerFactory>) => {
    const compile = SerializerSelector()(externalSchemas, options)
    return (route: RouteDefinition) => {
      let serialize: ReturnType<typeof compile> | undefined
      return (response: unknown) => {
        serialize ??= compile(route)
        return serialize(response)
      }
    }
  },
  /** Else it loads its own validator, which no route has a schema for: see ../validation/. */
  buildValidator: () => (): never => {
    throw new Error('a route has a schema that the framework would validate a request by')
  },
}
