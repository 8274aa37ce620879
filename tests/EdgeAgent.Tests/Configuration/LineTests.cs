using EdgeAgent.Configuration;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Gpio;

namespace EdgeAgent.Tests.Configuration;

public sealed class LineTests
{
    [Theory]
    [InlineData("line = 17", "gpiochip0", null, 17)]
    [InlineData("line = 17, chip = 4", "gpiochip4", null, 17)]
    [InlineData("line = 17, chip = \"pinctrl-rp1\"", "pinctrl-rp1", null, 17)]
    [InlineData("line = \"relay\"", null, "relay", 0)]
    [InlineData("line = \"17\"", null, "17", 0)]
    [InlineData("line = \"relay\", chip = \"gpiochip2\"", "gpiochip2", "relay", 0)]
    public void A_line_is_meant_by_its_number_or_its_name(string keys, string? chip, string? name, int offset)
    {
        var options = Loaded(Rule(keys));
        Assert.Equal(new LineChoice(chip, name, offset), Assert.Single(options.Rules).Gpio!.Line);
    }

    [Theory]
    [InlineData("value = \"high\"", true, false)]
    [InlineData("value = \"low\"", false, true)]
    [InlineData("stopped = \"high\"", true, true)]
    [InlineData("value = \"low\", stopped = \"low\"", false, false)]
    public void Without_the_agent_a_line_is_as_without_an_alarm_unless_said(string keys, bool high, bool safe)
    {
        var gpio = Assert.Single(Loaded(Rule($"line = 3, {keys}")).Rules).Gpio!;
        Assert.Equal((high, safe), (gpio.High, gpio.SafeLevel));
    }

    [Fact]
    public void The_usual_chip_holds_for_every_line_that_names_none()
    {
        var options = Loaded("[gpio]\nchip = \"pinctrl-rp1\"\ndriver = \"libgpiod2\"\nguard = false\n[gates.running]\nline = 22\n"
            + Rule("line = 17") + Rule("line = 18, chip = 0"));
        Assert.Equal(["pinctrl-rp1", "gpiochip0"], options.Rules.Select(r => r.Gpio!.Line.Chip));
        Assert.Equal("pinctrl-rp1", Assert.Single(options.Gates).Line.Chip);
        Assert.Equal(new LineSettings { Driver = LineDriverKind.LibGpiod2, Guard = false }, options.Gpio);
    }

    [Fact]
    public void A_gate_is_read_with_all_its_keys_and_stands_before_detectors_and_rules()
    {
        var options = Loaded("""
            [gates.running]
            line = "machine-running"
            open = "low"
            debounce = "200ms"
            bias = "pull-up"
            without_line = "closed"
            [detectors.d]
            source = "s"
            model = "m"
            gate = "running"
            [[rules]]
            when = "score > 2"
            gate = "running"
            """);
        Assert.Equal(new GateOptions
        {
            Name = "running", Line = new LineChoice(null, "machine-running", 0), High = false, Debounce = TimeSpan.FromMilliseconds(200),
            Bias = LineBias.PullUp, OpenWithoutLine = false,
        }, Assert.Single(options.Gates));
        Assert.Equal(("running", "running"), (options.Detectors[0].Gate, options.Rules[0].Gate));
    }

    [Theory]
    [InlineData("[gpio]\ndriver = \"libgpiod\"", "gpio.driver", "did you mean \"libgpiod")]
    [InlineData("[gates.g]\nopen = \"high\"", "gates.g.line", "line = 22")]
    [InlineData("[gates.g]\nline = -1", "gates.g.line", "0 to 1023")]
    [InlineData("[gates.g]\nline = 1\nchip = 256", "gates.g.chip", "0 to 255")]
    [InlineData("[gates.g]\nline = 1\ndebounce = \"2m\"", "gates.g.debounce", "a duration from ")]
    [InlineData("[gates.g]\nline = 1\n[[rules]]\nwhen = \"score > 1\"\ngate = \"h\"", "rules[0].gate", "g")]
    [InlineData(
        "[[rules]]\nwhen = \"score > 1\"\ngpio = { line = 3, value = \"high\" }\n[[rules]]\nwhen = \"score > 2\"\n"
            + "gpio = { line = 3, value = \"low\" }", "rules", "choose one")]
    [InlineData("[gates.g]\nline = 3\n[[rules]]\nwhen = \"score > 1\"\ngpio = { line = 3 }", "rules", "a line of its own")]
    public void What_is_wrong_with_a_line_is_told_with_its_key_and_a_remedy(string toml, string key, string remedy)
    {
        using var configuration = new TestConfiguration(Basics + toml);
        var error = Assert.Single(configuration.Load().Errors);
        Assert.Equal(key, error.Key);
        Assert.Contains(remedy, error.ToString(), StringComparison.Ordinal);
    }

    private const string Basics = """
        [agent]
        site = "a"
        [upstream]
        mqtt = { url = "mqtt://127.0.0.1:1883" }
        [sources.s]
        mqtt = { url = "mqtt://127.0.0.1:1883", topics = ["t"] }
        channels = "*"

        """;

    [Fact]
    public void Lines_to_make_safe_are_known_though_a_credential_is_gone_and_another_key_is_wrong()
    {
        using var configuration = new TestConfiguration("""
            [agent]
            no_such_key = 1
            [sources.s]
            mqtt = { url = "mqtt://127.0.0.1:1883", topics = ["t"], username = "u", password_file = "/run/credentials/gone" }
            [gpio]
            chip = "pinctrl-rp1"
            driver = "kernel"

            """ + Rule("line = 17, value = \"low\"") + Rule("line = 17, value = \"low\"") + Rule("line = \"relay\""));
        Assert.False(configuration.Load().IsValid);

        var lines = configuration.LoadLines();
        Assert.Empty(lines.Errors);
        Assert.Equal(LineDriverKind.Kernel, lines.Driver);
        Assert.Equal([(new LineChoice("pinctrl-rp1", null, 17), true), (new LineChoice("pinctrl-rp1", "relay", 0), false)],
            lines.Lines.Select(l => (l.Line, l.SafeLevel)));
    }

    [Fact]
    public void Lines_that_are_not_told_plainly_are_not_driven_to_a_level_that_nobody_asked_for()
    {
        using var configuration = new TestConfiguration(
            Rule("line = 4000") + Rule("line = 5") + Rule("line = 5, stopped = \"high\"")
                + Rule("line = 6, value = \"up\"") + Rule("line = 7"));
        var lines = configuration.LoadLines();
        Assert.Equal(7, Assert.Single(lines.Lines).Line.Offset);
        Assert.Equal(2, lines.Errors.Count);

        using var chipless = new TestConfiguration("[gpio]\nchip = 4000\n" + Rule("line = 7"));
        Assert.Empty(chipless.LoadLines().Lines);
    }

    [Fact]
    public void A_drop_in_that_cannot_be_understood_is_told_and_the_lines_of_the_others_are_known()
    {
        using var configuration = new TestConfiguration(Rule("line = 7")).Write("conf.d/broken.toml", "[[");
        var lines = configuration.LoadLines();
        Assert.Equal(7, Assert.Single(lines.Lines).Line.Offset);
        Assert.Contains(lines.Errors, e => e.File == "conf.d/broken.toml");
    }

    private static string Rule(string gpio) => $"[[rules]]\nwhen = \"score > 2\"\ngpio = {{ {gpio} }}\n";

    private static AgentOptions Loaded(string toml)
    {
        using var configuration = new TestConfiguration(Basics + toml);
        var result = configuration.Load();
        Assert.Empty(result.Errors);
        return result.Options!;
    }
}
