"""The parts of `finetune.py`, a module for each subject. Entry points lie one folder up, and each runs by hand."""
