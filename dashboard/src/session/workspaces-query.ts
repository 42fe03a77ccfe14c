// Owns under which name the list of workspaces is kept, wherever it is shown.

export const WORKSPACES = ['workspaces'] as const
