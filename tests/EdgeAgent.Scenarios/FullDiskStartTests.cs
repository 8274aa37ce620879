using System.Diagnostics;

namespace EdgeAgent.Scenarios;

/// <summary>An agent that starts on a real disk without room. Needs root, for it mounts.</summary>
public sealed class FullDiskStartTests
{
    [Theory]
    [InlineData("size=1m", "cat /dev/zero > {0}/filler 2>/dev/null; true")]
    [InlineData("size=16m,nr_inodes=8", "i=0; while touch {0}/filler$i 2>/dev/null; do i=$((i+1)); done; true")]
    public async Task Started_without_room_it_judges_and_delivers_and_takes_the_disk_up_when_there_is_some(string disk, string fill)
    {
        using var scenario = new Scenario();
        Directory.CreateDirectory(scenario.StateFolder);
        await scenario.Sensors.Start();
        await scenario.Hub.Start();
        scenario.Configure();
        var expected = await scenario.Replay();
        await Shell($"mount -t tmpfs -o {disk} tmpfs {scenario.StateFolder}");
        try
        {
            await Shell(fill.Replace("{0}", scenario.StateFolder, StringComparison.Ordinal));
            await using var consumer = await Consumer.Start(scenario.Hub);
            using var agent = scenario.StartAgent();
            await agent.Says("source pumps subscribed");
            await agent.Says("upstream connected");
            await agent.Says("cannot be opened");
            await Plant.Publish(scenario.Sensors, 0, Plant.Readings);
            await Eventually.Holds(
                () => consumer.Distinct.Count >= expected.Count, () => $"{consumer.Distinct.Count} of {expected.Count}\n{agent.Log}");
            Assert.Equal(expected.ToHashSet(), consumer.Distinct);
            var health = (await AgentProcess.Run("health", "--config", scenario.ConfigurationFile)).Output;

            await Shell($"rm {scenario.StateFolder}/filler*");

            await agent.Says("events are written to disk again");
            Assert.Equal(0, await agent.Stop());
            Assert.True(File.Exists(scenario.StoreFile) && File.Exists(scenario.CheckpointFile));
            // Without an inode there is no socket to ask at.
            Assert.True(disk.Contains("inodes") || health.Contains("disk"), health);
        }
        finally
        {
            await Shell($"umount -l {scenario.StateFolder}");
        }
    }

    private static async Task Shell(string command)
    {
        using var shell = Process.Start("sh", ["-c", command]);
        await shell.WaitForExitAsync();
        Assert.Equal(0, shell.ExitCode);
    }
}
