"""How good it is: metrics, calibration, the quality gate."""
