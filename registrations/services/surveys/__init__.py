"""Anonymous surveys (ADR 16): made on the desk, answered by anybody with the address, shown without small numbers."""
