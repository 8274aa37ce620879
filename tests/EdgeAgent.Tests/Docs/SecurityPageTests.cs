using System.Text.RegularExpressions;
using EdgeAgent.TestSupport;

namespace EdgeAgent.Tests.Docs;

/// <summary>The tables of docs/security.md: what guards each threat exists, and so do the limits.</summary>
public sealed partial class SecurityPageTests
{
    private static readonly string[] Page = File.ReadAllLines(Path.Combine(Repository.Root, "docs/security.md"));

    [Fact]
    public void Each_threat_has_a_test_that_exists()
    {
        var tests = TextOf("tests");
        var threats = Rows("## Threats");

        Assert.True(threats.Count >= 25, $"{threats.Count} threats");
        foreach (var threat in threats)
        {
            var named = Code().Matches(threat[^1]).Select(m => m.Groups[1].Value).ToList();
            Assert.True(named.Count > 0, $"\"{threat[0]}\" names no test");
            Assert.All(named, name => Assert.True(Holds(tests, name), $"\"{threat[0]}\": there is no test {name}"));
        }
    }

    [Fact]
    public void Each_limit_is_one_of_the_source_or_of_the_configuration()
    {
        var sources = TextOf("src");
        var limits = Rows("## Limits");

        Assert.True(limits.Count >= 25, $"{limits.Count} limits");
        foreach (var limit in limits)
        {
            var named = Code().Matches(limit[2]).Select(m => m.Groups[1].Value).ToList();
            Assert.True(named.Count > 0, $"\"{limit[0]}\" does not say where it is set");
            // "Type.Constant" or the key of a configuration, with or without its table.
            Assert.All(named, name => Assert.True(Holds(sources, name[(name.LastIndexOf('.') + 1)..]), $"\"{limit[0]}\": no {name}"));
        }
    }

    /// <summary>The cells of the table's rows below a heading.</summary>
    private static List<string[]> Rows(string heading) =>
    [
        .. Page.SkipWhile(l => l != heading).Skip(1).TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal))
            .Where(l => l.StartsWith('|') && !l.StartsWith("|---", StringComparison.Ordinal))
            .Select(l => l.Trim('|').Split(" | ").Select(c => c.Trim()).ToArray())
            .Where(c => c[0] is not ("threat" or "what")),
    ];

    private static bool Holds(string text, string name) => Regex.IsMatch(text, $@"\b{Regex.Escape(name)}\b");

    private static string TextOf(string folder) => string.Concat(
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
            .Select(File.ReadAllText));

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
