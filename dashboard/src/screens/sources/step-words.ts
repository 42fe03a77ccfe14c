// Owns the words of the steps at each provider. Its own screens keep their names: they are in English there.
import { defineWords } from '../../language/language.ts'

export const useStepWords = defineWords(
  'source-steps',
  {
    retellSecret: 'Dashboard → “API Keys”: the key with the “Webhook” badge.',
    retellUrl: '“Agents” → your agent → “Webhook settings” → “Agent Level Webhook URL”: paste the URL.',
    retellOnce: 'That URL takes the place of the one in “Settings” → “Webhooks”: set only one of them.',
    twilioSecret: 'Console → “Account Info” → “Auth Token”; or the secret of a shared key.',
    twilioInbound:
      'Inbound: “Phone Numbers” → your number → “Voice” → “Call status changes”, HTTP POST. Not “A call comes in”: that asks for TwiML.',
    twilioOutbound:
      'Outbound: “StatusCallback” of the call, with “StatusCallbackEvent” four times: initiated, ringing, answered, completed.',
    twilioRecording: 'Recordings: “RecordingStatusCallback” is the same URL.',
    vapiSecret: 'Dashboard → “Credentials” → “Bearer Token” or “HMAC” of the server; or the older “Server URL Secret”.',
    vapiUrl: '“Assistant” → “Advanced” → “Server URL”: paste the URL, and choose the credential.',
    vapiMessages:
      '“Server Messages”: only “status-update” and “end-of-call-report”. The others ask for a response and get 422.',
    vapiRetries: 'Set a “backoffPlan” on the server: without one Vapi does not try again.',
    telnyxSecret: 'Mission Control Portal → “Keys & Credentials” → “Public Key”.',
    telnyxUrl: '“Voice” → your application → “Webhook URL”: paste the URL; “Webhook API Version”: API v2.',
    elevenlabsSecret: '“Agents” → “Settings” → “Post-call webhook”: create one with “HMAC”; its secret is shown once.',
    elevenlabsUrl: 'In the same form, “Callback URL”: paste the URL.',
    elevenlabsAudio: 'Switch “Send audio data” off, because audio is larger than a source takes; switch retries on.',
    livekitSecret: 'Cloud → “Settings” → “API keys”: the API secret of the key that signs.',
    livekitUrl:
      '“Settings” → “Webhooks” → “Create new webhook”: paste the URL. On a server of your own: “webhook.urls”.',
    livekitKey: '“Signing API key”: the key of that secret.',
    vonageSecret: '“API settings” → “Signature secret”.',
    vonageUrl: '“Applications” → your application → “Voice” → “Event URL”, POST: paste the URL. Not “Answer URL”.',
    vonageSigned: 'Switch “Use signed webhooks” on for the application.',
    plivoSecret: 'Console → “Auth Token”.',
    plivoUrl: '“Voice” → “Applications” → your application → “Hangup URL”, POST: paste the URL. Not “Answer URL”.',
    plivoRecording: 'By the API: “ring_url” of the call, and “callback_url” of the recording, are the same URL.',
    blandSecret: '“Settings” → “Webhook signing”.',
    blandUrl: '“webhook” of the call, or of the number: paste the URL.',
    genericSecret: 'Any text of 8 or more characters that your gateway signs with.',
    genericUrl: 'Your gateway posts JSON to this URL.',
    genericFields:
      'It signs the body with HMAC-SHA256 in hex, in X-Signature, with call_id and status in the body, unless you declare it otherwise.',
  },
  {
    retellSecret: 'Panel → “API Keys”: la clave con la insignia “Webhook”.',
    retellUrl: '“Agents” → tu agente → “Webhook settings” → “Agent Level Webhook URL”: pega la URL.',
    retellOnce: 'Esa URL sustituye a la de “Settings” → “Webhooks”: pon solo una de las dos.',
    twilioSecret: 'Consola → “Account Info” → “Auth Token”; o el secreto de una clave compartida.',
    twilioInbound:
      'Entrantes: “Phone Numbers” → tu número → “Voice” → “Call status changes”, HTTP POST. No “A call comes in”: esa pide TwiML.',
    twilioOutbound:
      'Salientes: “StatusCallback” de la llamada, con “StatusCallbackEvent” cuatro veces: initiated, ringing, answered, completed.',
    twilioRecording: 'Grabaciones: “RecordingStatusCallback” es la misma URL.',
    vapiSecret: 'Panel → “Credentials” → “Bearer Token” o “HMAC” del servidor; o el antiguo “Server URL Secret”.',
    vapiUrl: '“Assistant” → “Advanced” → “Server URL”: pega la URL y elige la credencial.',
    vapiMessages:
      '“Server Messages”: solo “status-update” y “end-of-call-report”. Los demás piden una respuesta y reciben 422.',
    vapiRetries: 'Pon un “backoffPlan” en el servidor: sin él, Vapi no lo intenta de nuevo.',
    telnyxSecret: 'Mission Control Portal → “Keys & Credentials” → “Public Key”.',
    telnyxUrl: '“Voice” → tu aplicación → “Webhook URL”: pega la URL; “Webhook API Version”: API v2.',
    elevenlabsSecret:
      '“Agents” → “Settings” → “Post-call webhook”: crea uno con “HMAC”; su secreto se muestra una vez.',
    elevenlabsUrl: 'En el mismo formulario, “Callback URL”: pega la URL.',
    elevenlabsAudio:
      'Desactiva “Send audio data”, porque el audio supera lo que admite una fuente, y activa los reintentos.',
    livekitSecret: 'Cloud → “Settings” → “API keys”: el secreto de API de la clave que firma.',
    livekitUrl: '“Settings” → “Webhooks” → “Create new webhook”: pega la URL. En un servidor propio: “webhook.urls”.',
    livekitKey: '“Signing API key”: la clave de ese secreto.',
    vonageSecret: '“API settings” → “Signature secret”.',
    vonageUrl: '“Applications” → tu aplicación → “Voice” → “Event URL”, POST: pega la URL. No “Answer URL”.',
    vonageSigned: 'Activa “Use signed webhooks” en la aplicación.',
    plivoSecret: 'Consola → “Auth Token”.',
    plivoUrl: '“Voice” → “Applications” → tu aplicación → “Hangup URL”, POST: pega la URL. No “Answer URL”.',
    plivoRecording: 'Por la API: “ring_url” de la llamada y “callback_url” de la grabación son la misma URL.',
    blandSecret: '“Settings” → “Webhook signing”.',
    blandUrl: '“webhook” de la llamada, o del número: pega la URL.',
    genericSecret: 'Cualquier texto de 8 caracteres o más con el que firme tu pasarela.',
    genericUrl: 'Tu pasarela envía JSON por POST a esta URL.',
    genericFields:
      'Firma el cuerpo con HMAC-SHA256 en hexadecimal, en X-Signature, con call_id y status en el cuerpo, si no declaras otra cosa.',
  },
)
