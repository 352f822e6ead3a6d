"""The second opinion without its connection: the question, the answer's checks, what a listing may
say to a model. Pure; `pipeline/opinions/` asks, `criteria/opinion.py` judges by what was answered.
"""
