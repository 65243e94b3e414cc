# Only calls dev.py, which works without make too.
PYTHON ?= python3
COMMANDS := demo test setup format lint types contracts check bench openapi lock

.PHONY: $(COMMANDS)
$(COMMANDS):
	@$(PYTHON) dev.py $@ $(ARGS)
