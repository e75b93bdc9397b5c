"""gensim_read.py FILE: reads GloVe text with gensim."""
import sys

from common import run
from gensim.models import KeyedVectors

run(lambda: KeyedVectors.load_word2vec_format(sys.argv[1], no_header=True))
