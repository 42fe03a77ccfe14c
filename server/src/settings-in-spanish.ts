// Owns what each setting does and in what it is given, in Spanish: for an operator who reads the dashboard in it. Logs and the
// reference are in English.
import type { SettingName } from './settings.ts'

/** Unit and help. */
export const SETTINGS_IN_SPANISH: Readonly<Record<SettingName, readonly [unit: string, help: string]>> = {
  TIMBRE_HOST: ['dirección', 'Dirección en la que escucha'],
  TIMBRE_PORT: ['puerto', 'Puerto en el que escucha; con 0 toma uno libre'],
  TIMBRE_DATA_DIR: ['directorio', 'Base de datos, cerrojo y clave maestra'],
  DATABASE_URL: [
    'postgres://…',
    'Un PostgreSQL donde guardarlo todo, para muchos nodos; sin él todo está en un archivo SQLite del directorio de datos',
  ],
  DATABASE_READ_URL: [
    'postgres://…',
    'Una réplica de ese PostgreSQL de la que leer las listas, que pueden ir entonces con retraso; si falla se leen de DATABASE_URL',
  ],
  TIMBRE_DATABASE_POOL_SIZE: [
    'conexiones',
    'Conexiones de un nodo a PostgreSQL, aparte de la que escucha; a una réplica, la mitad más',
  ],
  TIMBRE_DATABASE_CAPACITY_GB: [
    'gigabytes',
    'Hasta dónde puede crecer ese PostgreSQL, como 80 en un disco de 100; no limita nada: con él la página de operación dice cuántos días quedan',
  ],
  TIMBRE_MASTER_KEY: [
    '32 bytes, base64 o hex',
    'Cifra los secretos y cabeceras guardados; sin ella se crea un archivo de clave en el directorio de datos, y con DATABASE_URL no se arranca',
  ],
  TIMBRE_MASTER_KEY_PREVIOUS: [
    '32 bytes, base64 o hex',
    'La clave maestra anterior, mientras se rotan: abre y no sella; master.key.previous junto a un archivo de clave',
  ],
  TIMBRE_ADMIN_KEY: [
    'texto, 16 caracteres o más',
    'La clave de administración; sin ella se crea una en el primer arranque y se imprime una vez',
  ],
  TIMBRE_BOOTSTRAP_WORKSPACE_ID: ['uuid', 'Crea este workspace si no existe'],
  TIMBRE_BOOTSTRAP_API_KEY: [
    'texto, 16 caracteres o más',
    'Crea en ese workspace esta clave de API, con todos los permisos, si no existe',
  ],
  TIMBRE_DEV: [
    '0 o 1',
    'Desarrollo: se permiten destinos en el propio equipo, y http:// hacia ellos (lo mismo que --dev)',
  ],
  TIMBRE_RETRY_SCHEDULE: ['segundos, separados por comas', 'Espera antes de cada intento, incluido el primero'],
  TIMBRE_RETRY_JITTER: ['fracción, de 0 a 1', 'Cada espera varía hasta esto'],
  TIMBRE_TIMEOUT_MS: ['milisegundos', 'Tiempo total de un intento, con el cuerpo de la respuesta'],
  TIMBRE_CONNECT_TIMEOUT_MS: ['milisegundos', 'Tiempo para resolver el nombre, conectar y TLS, todo junto'],
  TIMBRE_MAX_IN_FLIGHT_PER_WEBHOOK: ['intentos', 'Intentos en curso a la vez hacia un webhook, entre todos los nodos'],
  TIMBRE_MAX_IN_FLIGHT_PER_ORIGIN: [
    'intentos',
    'Intentos en curso a la vez hacia un origen (esquema, host y puerto), entre todos los webhooks y nodos; menos mientras falla',
  ],
  TIMBRE_DISABLE_AFTER_HOURS: [
    'horas, con fracciones',
    'Se desactiva un webhook que falla durante este tiempo sin un éxito entre medias; 0: nunca',
  ],
  TIMBRE_MAX_WEBHOOKS_PER_WORKSPACE: ['webhooks', 'Si hay más se rechazan con 409'],
  TIMBRE_RETENTION_DAYS: [
    'días',
    'Los eventos se guardan este tiempo, con sus entregas, si el workspace no dice otra cosa; 0: para siempre',
  ],
  TIMBRE_AUDIT_RETENTION_DAYS: [
    'días',
    'Lo apuntado en el registro de auditoría se guarda este tiempo; 0: para siempre',
  ],
  TIMBRE_MAX_AUDIT_ENTRIES_PER_WORKSPACE: [
    'entradas',
    'A un workspace que tiene más en el registro de auditoría se le quitan las más antiguas antes de tiempo',
  ],
  TIMBRE_HEADER_ALLOWLIST: [
    'nombres, separados por comas',
    'Nombres de cabeceras propias que se permiten además de los que empiezan por X-',
  ],
  TIMBRE_ALLOW_TARGETS: [
    'CIDR, separados por comas',
    'Rangos de direcciones a los que se puede enviar aunque sean privados o reservados',
  ],
  TIMBRE_MAX_CONNECTIONS: [
    'conexiones',
    'Conexiones a la API a la vez, como mucho la mitad de los archivos que el proceso puede abrir; si llegan más se cierra la más antigua que no haya mostrado una clave buena',
  ],
  TIMBRE_MAX_CONNECTIONS_PER_ADDRESS: ['conexiones', 'De ellas, desde una dirección que no es un proxy de confianza'],
  TIMBRE_MAX_STREAMS: [
    'flujos',
    'Flujos en vivo a la vez (GET …/stream); de ellos un cuarto para un workspace y un décimo para una clave',
  ],
  TIMBRE_TRUSTED_PROXIES: [
    'CIDR, separados por comas',
    'Proxies cuyo X-Forwarded-For dice de dónde viene una petición: para los límites, el registro de auditoría y el log',
  ],
  TIMBRE_DOCS: ['0 o 1', 'Si están /docs, /openapi.json y /sdk.tgz, para quien llegue al puerto'],
  TIMBRE_CORS_ORIGINS: [
    'orígenes, separados por comas',
    'Orígenes como https://app.example.com cuyas páginas pueden llamar a la API desde un navegador; ninguno: ninguna otra página puede',
  ],
  TIMBRE_PUBLIC_URL: [
    'origen',
    'Dónde llegan los navegadores a esta instalación, como https://timbre.example.com: para los enlaces de los portales y para conocer sus propias páginas; sin él, el Host de cada petición',
  ],
  TIMBRE_FRAME_ANCESTORS: [
    'orígenes, separados por comas',
    'Orígenes como https://app.example.com cuyas páginas pueden mostrar el portal en un marco; ninguno: ninguna puede',
  ],
  TIMBRE_MCP: [
    'off, read o write',
    'El Model Context Protocol en `/mcp`, para agentes: `read` tiene herramientas que leen; con `write` los clientes que envían la cabecera `x-timbre-allow-write: true` pueden también probar, reintentar y repetir, hasta donde alcance su clave',
  ],
  TIMBRE_TEST_RECEIVERS: [
    '0, 1 o auto',
    'Si los workspaces pueden crear receptores de pruebas, URLs de esta instalación que guardan lo que reciben, en memoria; auto: solo con --dev; nunca con DATABASE_URL',
  ],
  TIMBRE_METRICS_PORT: [
    'puerto',
    'Sirve /metrics en este puerto, y ya no en el de la API; sin él lo lee quien llegue a la API',
  ],
  TIMBRE_METRICS_KEY: ['texto, 16 caracteres o más', 'Quien lee /metrics debe enviarla: Authorization: Bearer <clave>'],
  TIMBRE_LIMIT_PUBLISH: [
    'peticiones por segundo y workspace',
    'Si hay más peticiones de publicar, este nodo las rechaza con 429, tras una ráfaga de diez segundos; 0: sin límite',
  ],
  TIMBRE_LIMIT_READ: [
    'peticiones por segundo y workspace',
    'Lo mismo para GET, y para los consumidores que recogen sus entregas',
  ],
  TIMBRE_LIMIT_MANAGE: [
    'peticiones por segundo y workspace',
    'Lo mismo para todo lo que cambia algo, menos publicar y los envíos de prueba',
  ],
  TIMBRE_LIMIT_TEST: [
    'peticiones por segundo y workspace',
    'Lo mismo para los envíos de prueba; además, como mucho 5 a un webhook y 20 de un workspace en curso a la vez',
  ],
  TIMBRE_LIMIT_FAILED_CREDENTIALS: [
    'peticiones por minuto y dirección',
    'Peticiones cuyas credenciales pueden rechazarse antes de que las de clave desconocida reciban 429; 0: sin límite',
  ],
  TIMBRE_MAX_SOCKETS: [
    'sockets, de 1 a 65536, o auto',
    'Conexiones a todos los receptores juntos; si hacen falta más, las peticiones esperan y no cuentan como intento; auto: lo que queda de los archivos que el proceso puede abrir, como mucho 4096',
  ],
  TIMBRE_SENDER_THREADS: [
    'hilos, de 0 a 64, o auto',
    'Hilos que envían; 0: envía el hilo principal; auto: 0 con 1 o 2 núcleos, si no núcleos − 2, como mucho 8',
  ],
  TIMBRE_LOG_LEVEL: [
    'fatal, error, warn, info, debug, trace, silent',
    'Qué se escribe en la salida estándar: una línea JSON por mensaje, en una terminal para personas',
  ],
}
