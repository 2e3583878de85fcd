"""failed.py TRX: the tests of a result file that failed, each with its message."""
import sys
import xml.etree.ElementTree as tree

for one in tree.parse(sys.argv[1]).findall(".//{*}UnitTestResult"):
    if one.get("outcome") == "Failed":
        print(one.get("testName"), one.findtext(".//{*}Message"), sep="\n")
