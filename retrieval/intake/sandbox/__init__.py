"""Where documents of strangers are read: a child process with limits, that can be lost."""
