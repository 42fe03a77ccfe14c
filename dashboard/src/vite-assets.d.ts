// Owns what a style and a picture are to the compiler: something imported for its effect, and an address.
declare module '*.css'
declare module '*.svg' {
  const address: string
  export default address
}
