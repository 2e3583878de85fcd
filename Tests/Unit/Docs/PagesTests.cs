using System.Text.RegularExpressions;
using CollabHub.Hubs.Options;

namespace CollabHub.Tests.Unit.Docs;

/// <summary>The pages that promise completeness keep it.</summary>
public partial class PagesTests
{
    [Fact]
    public void Every_code_that_the_source_can_answer_is_on_the_errors_page_and_no_other()
    {
        var inSource = Projects.SelectMany(Sources).SelectMany(source => Code().Matches(source)).Select(match => match.Groups["code"].Value).Distinct();
        var onPage = PageCode().Matches(Page("errors.md")).Select(match => match.Groups["code"].Value).ToList();
        Assert.Equal(inSource.Order(StringComparer.Ordinal), onPage.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_setting_is_on_the_operations_page()
    {
        var page = Page("operations.md");
        var keys = typeof(Settings).GetProperties().SelectMany(part => Keys(part.PropertyType, part.Name)).ToList();
        Assert.NotEmpty(keys);
        Assert.All(keys, key => Assert.True(IsMentioned(page, key), $"{key} is missing in docs/operations.md"));
    }

    [Fact]
    public void Every_metric_is_on_the_operations_page_and_no_other()
    {
        var instruments = Projects.SelectMany(Sources).SelectMany(source => Instrument().Matches(source)).Select(match => match.Groups["name"].Value.Replace('.', '_')).ToList();
        var onPage = PageMetric().Matches(Page("operations.md")).Select(match => match.Groups["name"].Value).ToList();
        Assert.NotEmpty(instruments);
        Assert.All(instruments, name => Assert.Contains(onPage, metric => metric.StartsWith(name, StringComparison.Ordinal)));
        Assert.All(onPage, metric => Assert.Contains(instruments, name => metric.StartsWith(name, StringComparison.Ordinal)));
    }

    private static readonly string[] Projects = ["Domain", "Persistence", "Deploy", "Hubs"];

    private static string Root { get; } = FindRoot();

    // A code stands before its kind, in the table of framework statuses, among the reasons of closed streams, or in a close frame.
    [GeneratedRegex("""("(?<code>[a-z_.]+)",\s*ErrorKind\.\w+,)|(=> \("(?<code>[a-z_.]+)", )|(public const string \w+ = "(?<code>(?!collabhub\.)[a-z_]+\.[a-z_]+)";)|(CloseCodes\.\w+, "(?<code>[a-z_.]+)"\))""")]
    private static partial Regex Code();

    [GeneratedRegex(@"^\| `(?<code>[a-z_.]+)` \|", RegexOptions.Multiline)]
    private static partial Regex PageCode();

    private static IEnumerable<string> Sources(string project) =>
        Directory.EnumerateFiles(Path.Combine(Root, project), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText);

    private static string Page(string name) => File.ReadAllText(Path.Combine(Root, "docs", name));

    private static IEnumerable<string> Keys(Type part, string path) => part.GetProperties().SelectMany(property =>
        property.PropertyType.Namespace == part.Namespace ? Keys(property.PropertyType, $"{path}:{property.Name}") : [$"{path}:{property.Name}"]);

    // The page may name keys of one section in one row: `Email:Smtp:Port`, `:Security`.
    private static bool IsMentioned(string page, string key) =>
        page.Contains($"`{key}`", StringComparison.Ordinal) || page.Contains($"`:{key.Split(':')[^1]}`", StringComparison.Ordinal)
        || (key.StartsWith("Limits:", StringComparison.Ordinal) && page.Contains($"`{key.Split(':')[1]}`", StringComparison.Ordinal));

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "CollabHub.sln"))) directory = directory.Parent;
        return directory.FullName;
    }

    [GeneratedRegex("Create[A-Za-z]+(?:<[a-z]+>)?\\(\"(?<name>collabhub\\.[a-z_.]+)\"")]
    private static partial Regex Instrument();

    [GeneratedRegex("`(?<name>collabhub_[a-z_]+)")]
    private static partial Regex PageMetric();
}
