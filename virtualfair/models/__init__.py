from virtualfair.models.passes import FairPass
from virtualfair.models.rooms import Pitch, Room
from virtualfair.models.talk import ChatMessage, Question, QuestionVote

__all__ = ["ChatMessage", "FairPass", "Pitch", "Question", "QuestionVote", "Room"]
