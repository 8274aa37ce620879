namespace EdgeAgent.Scenarios.Hostile;

/// <summary>Somebody empties the state folder under the running agent.</summary>
public sealed class EmptiedFolderTests
{
    [Theory]
    [InlineData("a kill")]
    [InlineData("a stop")]
    public async Task Events_owed_before_and_after_are_delivered_and_the_agent_can_be_asked(string end)
    {
        using var scenario = new Scenario();
        scenario.Configure();
        await scenario.Sensors.Start();
        var expected = await scenario.Replay();
        using (var agent = scenario.StartAgent())
        {
            await agent.Says("source pumps subscribed");
            await Plant.Publish(scenario.Sensors, 0, Plant.Readings / 2);
            await scenario.Settled(Plant.Readings / 2);
            foreach (var file in Directory.GetFiles(scenario.StateFolder)) File.Delete(file);
            Assert.False(File.Exists(scenario.StoreFile));

            await Eventually.Holds(() => File.Exists(Path.Combine(scenario.StateFolder, "control.sock")), () => agent.Log);
            await Plant.Publish(scenario.Sensors, Plant.Readings / 2, Plant.Readings);
            await scenario.Settled(Plant.Readings);
            await agent.Says("Find out who deletes files there");
            var (exitCode, health) = await AgentProcess.Run("health", "--config", scenario.ConfigurationFile);
            Assert.Equal(0, exitCode);
            Assert.Contains("took the outbox's files away", health);
            if (end == "a kill") agent.Kill();
            else Assert.Equal(0, await agent.Stop());
        }

        await scenario.Hub.Start();
        await using var consumer = await Consumer.Start(scenario.Hub);
        using var restarted = scenario.StartAgent();
        await Eventually.Holds(
            () => consumer.Distinct.Count >= expected.Count, () => $"{consumer.Distinct.Count} of {expected.Count}\n{restarted.Log}");
        Assert.Equal(expected.ToHashSet(), consumer.Distinct);
    }
}
