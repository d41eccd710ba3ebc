"""From the typed application to scenarios, with the answers that the model predicts."""

from devmatrix.scenarios.playing.model import Reply, play, play_situation
from devmatrix.scenarios.predicting import predict
from devmatrix.scenarios.seeds import derive_seeds
from devmatrix.scenarios.suite import derive_scenarios

__all__ = ["Reply", "derive_scenarios", "derive_seeds", "play", "play_situation", "predict"]
