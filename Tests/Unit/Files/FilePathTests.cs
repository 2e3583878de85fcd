using System.Text;
using CollabHub.Domain.Files;

namespace CollabHub.Tests.Unit.Files;

/// <summary>What a path may be (security requirement B-11).</summary>
public class FilePathTests
{
    public static TheoryData<string> Refused() => new()
    {
        "", ".", "..", "a/..", "../a", "a/../b", "./a", "a/.", "/", "/a", "a/", "a//b", "//host/share", "\\", "a\\b", "\\\\host\\share", "C:", "C:/a", "c:a", "a:b",
        "~", "~/a", "~root", "a/~b", "\0", "a\0b", "a\nb", "a\rb", "a\tb", "a\u001bb", "a\u007fb", "a\u0085b", "a\u2028b", "a\u2029b",
        "a.", "a./b", "a ", " a", "a /b", "a/ b", "a.. ", "...", "a/...", "CON", "con", "Con.txt", "nul", "NUL.tar.gz", "aux.c", "prn", "com1", "COM0", "lpt9.log", "LPT0", "conin$", "CONOUT$.x",
        "a/nul/b", ".git", ".GIT", "a/.git/config", ".Git/x", "a\u202Eb", "a\u202Ab", "a\u2066b", "a\u2069b", "a\u200Bb", "a\u200Db", "\uFEFFa", "a\u200Eb",
        "a\u0378b", "a\uFFFFb", "a\uFFFEb", "\U000E0001a",
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Such_a_path_is_refused_with_the_reason_at_the_field(string path)
    {
        var error = FilePath.Parse(path).Error;
        Assert.Equal("file.path_invalid", error?.Code);
        Assert.StartsWith("The path ", Assert.Single(error!.Fields!["path"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Half_of_a_surrogate_pair_is_refused()
    {
        // Not as data: the test runner would replace them.
        foreach (var path in new[] { "a\uD800", "\uDC00a", "a\uD800b", "a\uDC00\uD800", "d/\uD800/x" })
            Assert.Equal("file.path_invalid", FilePath.Parse(path).Error?.Code);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("README")]
    [InlineData(".env")]
    [InlineData(".gitignore")]
    [InlineData("a/.github/x.yml")]
    [InlineData("%2e%2e%2fetc")]
    [InlineData("%252e%252e/x")]
    [InlineData("console.log")]
    [InlineData("com10.txt")]
    [InlineData("nulls")]
    [InlineData("auxiliary/prnt.c")]
    [InlineData("a b/c  d")]
    [InlineData("-rf")]
    [InlineData("$HOME/`id`;'\"<>|*?&")]
    [InlineData("a..b")]
    [InlineData("😀/ünï/ı/İ")]
    [InlineData("עברית/العربية")]
    public void Such_a_path_stays_as_it_is(string path) => Assert.Equal(path, FilePath.Parse(path).Value.Value);

    [Theory]
    [InlineData(255, 1, true)]
    [InlineData(256, 1, false)]
    [InlineData(85, 3, true)]
    [InlineData(86, 3, false)]
    [InlineData(63, 4, true)]
    [InlineData(64, 4, false)]
    public void A_name_has_at_most_255_bytes(int characters, int bytesEach, bool accepted)
    {
        var character = bytesEach switch { 1 => "x", 3 => "字", _ => "😀" };
        var name = string.Concat(Enumerable.Repeat(character, characters));
        Assert.Equal(characters * bytesEach, Encoding.UTF8.GetByteCount(name));
        Assert.Equal(accepted, FilePath.Parse($"d/{name}").Error is null);
    }

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void A_path_has_at_most_1024_bytes(int bytes, bool accepted)
    {
        var path = string.Join('/', Enumerable.Repeat(new string('d', 203), 5));
        path += "/" + new string('x', bytes - path.Length - 1);
        Assert.Equal(accepted, FilePath.Parse(path).Error is null);
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public void A_path_is_at_most_32_names_deep(int depth, bool accepted) =>
        Assert.Equal(accepted, FilePath.Parse(string.Join('/', Enumerable.Repeat("d", depth))).Error is null);

    [Fact]
    public void Lengths_count_in_the_form_that_is_stored()
    {
        var decomposed = string.Concat(Enumerable.Repeat("e\u0301", 100));
        Assert.Equal(300, Encoding.UTF8.GetByteCount(decomposed));
        Assert.Equal(string.Concat(Enumerable.Repeat("\u00e9", 100)), FilePath.Parse(decomposed).Value.Value);
    }

    [Theory]
    [InlineData("README", "readme", true)]
    [InlineData("Straße", "STRASSE", true)]
    [InlineData("Straße", "STRAẞE", true)]
    [InlineData("\u00e9", "e\u0301", true)]
    [InlineData("\u00c9", "e\u0301", true)]
    [InlineData("ΣΊΣΥΦΟΣ", "σίσυφος", true)]
    [InlineData("\u212B", "\u00e5", true)]
    [InlineData("ǅ", "ǆ", true)]
    [InlineData("SRC/Main.js", "src/main.JS", true)]
    [InlineData("TITLE", "tıtle", false)]
    [InlineData("İ", "i", false)]
    [InlineData("I", "i", true)]
    [InlineData("а", "a", false)]
    [InlineData("e", "é", false)]
    [InlineData("ss", "s", false)]
    public void Two_paths_are_one_file_without_regard_to_case_and_normal_form(string one, string two, bool same) =>
        Assert.Equal(same, FilePath.Parse(one).Value.Key == FilePath.Parse(two).Value.Key);
}
