using CollabHub.Fuzz;

namespace CollabHub.Tests.Randomized.Documents;

/// <summary>What the coverage-guided fuzzer found once (./test fuzz), and one input to start with for each decoder.</summary>
[Trait("Category", "Fuzz")]
public class FuzzSeedTests
{
    public static TheoryData<string, string> Seeds
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var target in FuzzTargets.All.Keys)
                foreach (var file in Directory.GetFiles(Path.Combine(Folder, target), "*.hex")) data.Add(target, Path.GetFileName(file));
            return data;
        }
    }

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Random", "Documents", "Seeds");

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Does_no_harm(string target, string file) => FuzzTargets.All[target](Convert.FromHexString(File.ReadAllText(Path.Combine(Folder, target, file)).Trim()));
}
