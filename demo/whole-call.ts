// Owns the call that the demo publishes: registered → ongoing → ended, and call.completed, as the seed shows them.

export const WHOLE_CALL = [
  {
    type: 'call.status.updated',
    note: 'registered',
    data: { call_status: 'registered', direction: 'outbound', to_number: '+525538808448' },
  },
  {
    type: 'call.status.updated',
    note: 'ongoing',
    data: { call_status: 'ongoing', from_number: '+12137771234', to_number: '+525538808448' },
  },
  {
    type: 'call.status.updated',
    note: 'ended',
    data: { call_status: 'ended', disconnection_reason: 'agent_hangup', duration_ms: 10000 },
  },
  {
    type: 'call.completed',
    note: '',
    data: { duration_ms: 10000, recording_url: 'https://example.com/recording.wav' },
  },
] as const
