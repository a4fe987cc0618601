"""What answers the desk's tickets without a language model. Each learns from the training tickets and their truth."""

from .analyst import Analyst
from .analyst_settings import chosen_analyst
from .nearest_ticket import NearestTicket

__all__ = ["Analyst", "NearestTicket", "chosen_analyst"]
