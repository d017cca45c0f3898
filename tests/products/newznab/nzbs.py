"""A small NZB made for the tests."""

NZB = b"""<?xml version="1.0" encoding="iso-8859-1"?>
<!DOCTYPE nzb PUBLIC "-//newzBin//DTD NZB 1.1//EN" "http://www.newzbin.com/DTD/nzb/nzb-1.1.dtd">
<nzb xmlns="http://www.newzbin.com/DTD/2003/nzb"><file subject='"tram.mkv" yEnc (1/1)'>
<groups><group>alt.binaries.tram</group></groups>
<segments><segment bytes="700000" number="1">one@tram.test</segment></segments></file></nzb>"""
