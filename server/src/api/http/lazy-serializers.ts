// Owns how responses become text: by the schema of their route, compiled when the first of them is sent. Compiling all at the start
// takes a fifth of it, for routes most of which a server is never asked for.
import { type RouteDefinition, type SerializerFactory, SerializerSelector } from '@fastify/fast-json-stringify-compiler'

/** For `schemaController.compilersFactory.buildSerializer` of the framework. */
export const lazySerializers: SerializerFactory = (externalSchemas, options) => {
  const compile = SerializerSelector()(externalSchemas, options)
  return (route: RouteDefinition) => {
    let serialize: ReturnType<typeof compile> | undefined
    return (response: unknown) => {
      serialize ??= compile(route)
      return serialize(response)
    }
  }
}
