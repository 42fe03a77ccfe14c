// Owns the other side of EpisodeProcess: an episode for each message, and an end with whoever asks.
import { runEpisode } from './episode.ts'
import type { Asked } from './run-episodes.ts'

process.on('message', (asked: Asked) => {
  void runEpisode(asked).then((result) => process.send?.(result))
})
process.on('disconnect', () => process.exit())
